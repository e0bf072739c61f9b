using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>The cases of a sweep: each has a name and settings of its own.</summary>
static class SweepCases
{
    const string OneExpected = "a mapping from path.to.key to a value, {} for the base experiment itself";
    const string AllExpected = "a mapping from names to mappings from path.to.key to a value";

    /// <summary>name: {path.to.key: value}; no axis where there is no case.</summary>
    internal static ValueType<ImmutableArray<SweepAxis>> Type { get; } =
        new(
            AllExpected,
            () =>
                new JsonObject
                {
                    ["type"] = "object",
                    ["propertyNames"] = ExperimentName.Type.Schema(),
                    ["additionalProperties"] = new JsonObject { ["type"] = "object" },
                },
            Read
        );

    static Parsed<ImmutableArray<SweepAxis>>? Read(ConfigNode node, string key, Reading reading)
    {
        if (node is not MapNode map)
        {
            return Values.Refuse<ImmutableArray<SweepAxis>>(node, key, reading, AllExpected);
        }

        var right = map.Entries.Where(entry => IsCase(entry, Section.Join(key, entry.Key), reading)).ToArray();
        return right.Length < map.Entries.Length ? null
            : right.Length == 0 ? new([], map)
            : new([new SweepAxis(Of(right))], map);
    }

    static bool IsCase(MapEntry entry, string key, Reading reading)
    {
        var name = ExperimentName.Type.Read(new ScalarNode(entry.Key, entry.Place), key, reading);
        var isTaken = Sweep.FilesBeside.Contains(entry.Key) || new RunFolder(entry.Key).Seed is not null;
        if (isTaken)
        {
            reading.Complain(
                entry.Place,
                key,
                "a file or a run in the sweep's folder can have this name; choose another name"
            );
        }

        return (entry.Value is MapNode || Values.Refuse<object>(entry.Value, key, reading, OneExpected) is not null)
            && name is not null
            && !isTaken;
    }

    static ImmutableArray<SweepValue> Of(MapEntry[] cases)
    {
        var labels = cases
            .SelectMany(one => ((MapNode)one.Value).Entries.Select(entry => (Case: one.Key, entry.Key, entry.Value)))
            .GroupBy(set => set.Key)
            .SelectMany(same => same.Zip(SweepLabels.Of([.. same.Select(set => set.Value)])))
            .ToDictionary(pair => (pair.First.Case, pair.First.Key), pair => pair.Second);
        return
        [
            .. cases.Select(one => new SweepValue(
                one.Key,
                one.Place,
                [
                    .. ((MapNode)one.Value).Entries.Select(entry => new SweepSetting(
                        entry.Key,
                        entry.Place,
                        entry.Value,
                        labels[(one.Key, entry.Key)]
                    )),
                ]
            )),
        ];
    }
}
