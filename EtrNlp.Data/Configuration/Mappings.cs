using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>Mappings whose keys are names that the user chooses.</summary>
public static class Mappings
{
    /// <summary>Values of one type under any keys, in the order of the file.</summary>
    public static ValueType<ImmutableArray<KeyValuePair<string, T>>> Of<T>(ValueType<T> item) =>
        new(
            $"a mapping from names to values, each {item.Expected}",
            () => new JsonObject { ["type"] = "object", ["additionalProperties"] = item.Schema() },
            (node, key, reading) =>
            {
                if (node is not MapNode map)
                {
                    return Values.Refuse<ImmutableArray<KeyValuePair<string, T>>>(
                        node,
                        key,
                        reading,
                        "a mapping from names to values"
                    );
                }

                var read = map
                    .Entries.Select(entry =>
                        (Entry: entry, Value: item.Read(entry.Value, Section.Join(key, entry.Key), reading))
                    )
                    .ToArray();
                return read.Any(pair => pair.Value is null)
                    ? null
                    : new(
                        [.. read.Select(pair => KeyValuePair.Create(pair.Entry.Key, pair.Value!.Value))],
                        map with
                        {
                            Entries = [.. read.Select(pair => pair.Entry with { Value = pair.Value!.Resolved })],
                        }
                    );
            }
        );
}
