using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>Values that may be written in more than one way.</summary>
public static class Alternatives
{
    /// <summary>A number, or a word that stands for null.</summary>
    public static ValueType<T?> OrWord<T>(ValueType<T> number, string word)
        where T : struct =>
        new(
            $"{number.Expected} or '{word}'",
            () => Schemas.Either(number.Schema(), Schemas.Words([word])),
            (node, key, reading) =>
                node is ScalarNode { Text: { } text } && text == word ? new Parsed<T?>(null, node)
                : Probe(number, node, key) is { } parsed ? new Parsed<T?>(parsed.Value, parsed.Resolved)
                : Values.Refuse<T?>(node, key, reading, $"{number.Expected} or '{word}'")
        );

    /// <summary>One value for all tasks, a list in task order, or a mapping from task names.</summary>
    public static ValueType<PerTask<T>> PerTask<T>(ValueType<T> item)
        where T : struct =>
        new(
            $"{item.Expected}, or one per task",
            () =>
                Schemas.Either(
                    item.Schema(),
                    new JsonObject { ["type"] = "array", ["items"] = item.Schema() },
                    new JsonObject { ["type"] = "object", ["additionalProperties"] = item.Schema() }
                ),
            (node, key, reading) =>
                node switch
                {
                    ListNode => Values.List(item, min: 1).Read(node, key, reading) is { } list
                        ? new(new PerTask<T>(null, list.Value, []), list.Resolved)
                        : null,
                    MapNode => Mappings.Of(item).Read(node, key, reading) is { } named
                        ? new(new PerTask<T>(null, [], named.Value), named.Resolved)
                        : null,
                    _ => item.Read(node, key, reading) is { } one
                        ? new(new PerTask<T>(one.Value, [], []), one.Resolved)
                        : null,
                }
        );

    static Parsed<T>? Probe<T>(ValueType<T> type, ConfigNode node, string key) => type.Read(node, key, new Reading());
}
