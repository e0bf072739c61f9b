using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Tasks;

/// <summary>The <c>tasks</c> of an experiment: a list of {name, type, ...}, or the name of a preset.</summary>
public static class TaskList
{
    const string TypeName = "type";

    static readonly Setting<string> NameKey = new("name", "what results and parameters are named after", Values.Name);
    static readonly Setting<string> TypeKey = new(TypeName, "what the task predicts", Values.Text);

    static readonly Setting<string?> TowerKey = new(
        "tower",
        "what it has, with other tasks that name it, under routing cross_stitch or mtan; absent: one of its own",
        Values.Optional(Values.Name),
        "null",
        Added: true
    );

    /// <summary>The type of the <c>tasks</c> parameter.</summary>
    public static ValueType<ImmutableArray<LearningTask>> Type { get; } =
        new($"a list of {{name, type, ...}} or one of {string.Join(", ", TaskPresets.Names)}", Schema, Read);

    static Parsed<ImmutableArray<LearningTask>>? Read(ConfigNode node, string key, Reading reading)
    {
        if (node is ScalarNode { Text: { } preset })
        {
            return Preset(preset, node, key, reading);
        }

        if (
            Values
                .List(new ValueType<LearningTask>("{name, type, ...}", Schema, ReadTask), min: 1)
                .Read(node, key, reading)
            is not { } tasks
        )
        {
            return null;
        }

        var repeated = tasks.Value.GroupBy(task => task.Name).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            reading.Complain(node.Place, key, $"two tasks are named '{repeated.Key}'; results are told apart by name");
            return null;
        }

        return tasks;
    }

    static Parsed<ImmutableArray<LearningTask>>? Preset(string preset, ConfigNode node, string key, Reading reading)
    {
        if (TaskPresets.Find(preset) is { } tasks)
        {
            return new(tasks, node);
        }

        reading.Complain(
            node.Place,
            key,
            $"there is no preset '{preset}'{NearestName.Hint(preset, TaskPresets.Names)}"
        );
        return null;
    }

    static Parsed<LearningTask>? ReadTask(ConfigNode node, string key, Reading reading)
    {
        if (node is not MapNode map || map.Find(TypeName) is not { Value: ScalarNode { Text: { } type } typeNode })
        {
            return Values.Refuse<LearningTask>(
                node,
                key,
                reading,
                $"a task such as {{name: hair, type: {KnownTaskKinds.All.Names[0]}, columns: [...]}}"
            );
        }

        if (KnownTaskKinds.All.Find(type) is not { } entry)
        {
            reading.Complain(
                typeNode.Place,
                Section.Join(key, TypeName),
                $"there is no task type '{type}'{NearestName.Hint(type, KnownTaskKinds.All.Names)}"
            );
            return null;
        }

        return Section.Create(
            map,
            key,
            Section.Read(map, key, [NameKey, TypeKey, .. entry.Settings, TowerKey], reading),
            values => new LearningTask(values.Get(NameKey), entry.Create(values), values.Get(TowerKey)),
            reading
        );
    }

    static JsonObject Schema() =>
        Schemas.Either(
            Schemas.Words(TaskPresets.Names),
            new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["items"] = Schemas.Chosen(
                    TypeName,
                    KnownTaskKinds.All.Entries,
                    entry =>
                    {
                        var schema = Schemas.Mapping([NameKey, TypeKey, .. entry.Settings, TowerKey]);
                        schema["properties"]![TypeName] = new JsonObject { ["const"] = entry.Name };
                        return schema;
                    }
                ),
            }
        );
}
