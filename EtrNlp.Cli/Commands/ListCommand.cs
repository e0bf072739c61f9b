using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using Spectre.Console;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp list [AXIS]</c>: what experiment files can name, from the registries that read them.</summary>
sealed class ListCommand : ExampleCommand
{
    internal const string SchemaName = "--schema";
    const string ExperimentKind = "experiment";

    static readonly Dictionary<string, Func<string, JsonObject>> Schemata = new()
    {
        [ExperimentKind] = title => PartialSchema.Document(title, Experiment.Settings, BaseFile.Setting),
        ["sweep"] = title => Schemas.Document(title, SweepFile.Settings),
    };

    readonly Argument<string?> _axis = new("axis")
    {
        Description = $"One of {string.Join(", ", Axes.All.Select(Id))}; absent: all.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    readonly Option<bool> _json = CommonOptions.Json();

    readonly Option<string?> _schema = new(SchemaName)
    {
        Description = "Print the JSON Schema of an experiment file or a sweep file, for editors.",
        HelpName = string.Join('|', Schemata.Keys),
        Arity = ArgumentArity.ZeroOrOne,
    };

    ListCommand()
        : base(
            "list",
            "Show what each axis of an experiment accepts, with keys, ranges and defaults.",
            "etrnlp list routing"
        )
    {
        _axis.CompletionSources.Add([.. Axes.All.Select(Id)]);
        _schema.CompletionSources.Add([.. Schemata.Keys]);
        Add(_axis);
        Add(_json);
        Add(_schema);
        SetAction(Run);
    }

    internal static Command Create() => new ListCommand();

    int Run(ParseResult parse)
    {
        var output = parse.InvocationConfiguration.Output;
        var axes = parse.GetValue(_axis) is { } name ? [Find(name)] : Axes.All;
        if (parse.GetResult(_schema) is not null)
        {
            JsonOutput.Write(output, SchemaOf(parse.GetValue(_schema) ?? ExperimentKind));
        }
        else if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, Json(axes));
        }
        else
        {
            Screen.Write(output, Text(axes, withKeys: parse.GetValue(_axis) is not null));
        }

        return ExitCode.Done;
    }

    static string Id(IAxis axis) => axis.Name.Replace(' ', '_');

    static IAxis Find(string name)
    {
        var ids = Axes.All.Select(Id).ToArray();
        return Axes.All.FirstOrDefault(axis => Id(axis) == name.Replace(' ', '_'))
            ?? throw new DataException($"there is no axis '{name}'{NearestName.Hint(name, ids)}");
    }

    static JsonObject SchemaOf(string kind) =>
        Schemata.TryGetValue(kind, out var schema)
            ? schema($"etrnlp {kind}")
            : throw new DataException(
                $"--schema {kind}: expected "
                    + $"{string.Join(" or ", Schemata.Keys)}{NearestName.NearHint(kind, Schemata.Keys)}"
            );

    static Grid Text(IReadOnlyList<IAxis> axes, bool withKeys)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var axis in axes)
        {
            grid.AddRow(new Text(Id(axis)), new Text(""));
            foreach (var entry in axis.Entries)
            {
                grid.AddRow(new Text($"  {entry.Name}"), new Text($"{entry.Summary} ({entry.Reference})"));
                foreach (var setting in withKeys ? entry.Settings : [])
                {
                    grid.AddRow(
                        new Text($"    {setting.Name}"),
                        new Text($"{setting.Summary}: {setting.Expected}; {DefaultOf(setting)}")
                    );
                }
            }
        }

        return grid;
    }

    static string DefaultOf(Setting setting) => setting.Default is { } text ? $"default {text}" : "must be given";

    static JsonObject Json(IReadOnlyList<IAxis> axes) =>
        new(axes.Select(one => KeyValuePair.Create(Id(one), (JsonNode?)JsonOutput.Array(one.Entries.Select(Json)))));

    static JsonObject Json(IEntry entry) =>
        new()
        {
            ["name"] = entry.Name,
            ["summary"] = entry.Summary,
            ["reference"] = entry.Reference,
            ["parameters"] = JsonOutput.Array(
                entry.Settings.Select(setting => new JsonObject
                {
                    ["name"] = setting.Name,
                    ["summary"] = setting.Summary,
                    ["expected"] = setting.Expected,
                    ["default"] = setting.Default,
                })
            ),
        };
}
