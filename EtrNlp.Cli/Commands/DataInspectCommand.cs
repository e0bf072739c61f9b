using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Inspection;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp data inspect FILE</c>: what an experiment's data holds, in numbers and as a picture.</summary>
sealed class DataInspectCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File();
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _cache = CommonOptions.Cache();
    readonly Option<string?> _split = CommonOptions.Split("all are counted, and train is drawn");

    readonly Option<uint?> _limit = new("--limit")
    {
        Description = "Look at n images of a split, evenly spread; absent: at all.",
        HelpName = "n",
    };

    readonly Option<uint> _images = new("--images")
    {
        Description = $"Images on the contact sheet, at most {ContactSheet.MostImages}; 0: draw none.",
        HelpName = "n",
        DefaultValueFactory = _ => 8,
    };

    readonly Option<string?> _sheet = CommonOptions.PathOption(
        "--sheet",
        "Where the contact sheet goes, a PNG; default: runs/NAME-data-SPLIT.png.",
        "file"
    );

    readonly Option<bool> _verify = new("--verify")
    {
        Description = "Read every byte of the images and of their pack again, though sizes and times are the same.",
    };

    readonly Option<bool> _json = CommonOptions.Json();

    DataInspectCommand()
        : base(
            "inspect",
            "Count images and labels of every split, say what may be wrong, and draw a contact sheet.",
            "etrnlp data inspect experiments/scenes-nyu-etr-nlp.yaml --split val"
        )
    {
        Add(_file);
        Add(_set);
        Add(_cache);
        Add(_split);
        Add(_limit);
        Add(_images);
        Add(_sheet);
        Add(_verify);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new DataInspectCommand();

    int Run(ParseResult parse)
    {
        var (output, say, split) = (
            parse.InvocationConfiguration.Output,
            (Action<string>)parse.Notices().WriteLine,
            CommonOptions.SplitOf(parse, _split)
        );
        var file = ExperimentChecks
            .Check([parse.GetRequiredValue(_file)], parse.GetValue(_set) ?? [], null)
            .Single()
            .File;
        var (limit, sheet) = (Limit(parse), SheetOf(parse, file.Experiment, split ?? Split.Train));
        using var dataset = Open(parse, file, say);
        if (split is { } wanted && dataset.Count(wanted) == 0)
        {
            throw new DataException($"--split {Values.SnakeCase(wanted)}: {file.Experiment.Name} has no image in it");
        }

        var inspector = new Inspector(file.Experiment, dataset, say);
        SplitStatistics[] found =
        [
            .. Enum.GetValues<Split>()
                .Where(one => split is null ? dataset.Count(one) > 0 : one == split)
                .Select(one => inspector.Inspect(one, limit)),
        ];
        var drawn = new ContactSheet(
            file.Experiment.Name,
            file.Experiment.Tasks,
            file.Experiment.Dataset.Size,
            dataset
        );
        sheet?.Write(to => drawn.Write(split ?? Split.Train, CommonOptions.Count(parse, _images), to));
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, Json(file.Experiment, found, sheet?.Path));
            return ExitCode.Done;
        }

        InspectionTable.Write(output, file.Experiment, found);
        if (sheet is not null)
        {
            output.WriteLine($"contact sheet: {sheet.Path}");
        }

        return ExitCode.Done;
    }

    IDataset Open(ParseResult parse, ExperimentFile file, Action<string> say)
    {
        var verify = parse.GetValue(_verify);
        var cache = Path.GetFullPath(parse.GetRequiredValue(_cache));
        var dataset = PreparedExperiment.OpenData(file, cache, say, CancellationToken.None, verify);
        if (verify)
        {
            say(DataDigests.Verified(file.Experiment, dataset.Packs));
        }

        return dataset;
    }

    int Limit(ParseResult parse) =>
        parse.GetValue(_limit) is not { } limit ? int.MaxValue
        : limit > 0 ? (int)Math.Min(limit, int.MaxValue)
        : throw new DataException("--limit 0: expected a number from 1 on; leave it out to look at all images");

    // Null where none is wanted.
    OutputFile? SheetOf(ParseResult parse, Experiment experiment, Split split) =>
        CommonOptions.Count(parse, _images) == 0
            ? null
            : OutputFile.At(
                parse.GetValue(_sheet)
                    ?? Path.Combine("runs", $"{experiment.Name}-data-{Values.SnakeCase(split)}.png"),
                OutputKind.ContactSheet
            );

    static JsonObject Json(Experiment experiment, SplitStatistics[] found, string? sheet) =>
        new()
        {
            ["name"] = experiment.Name,
            ["image_size"] = experiment.Dataset.Size.ToString(),
            ["splits"] = new JsonObject(
                found.Select(one => KeyValuePair.Create(Values.SnakeCase(one.Split), (JsonNode?)Json(one)))
            ),
            ["sheet"] = sheet,
        };

    static JsonObject Json(SplitStatistics one) =>
        new()
        {
            ["images"] = one.Images,
            ["read"] = one.Read,
            ["pixels"] = one.Pixels.ToJson(),
            ["tasks"] = new JsonObject(
                one.Tasks.Select(task => KeyValuePair.Create(task.Task, (JsonNode?)task.Labels.ToJson()))
            ),
            ["problems"] = JsonOutput.Array(one.Problems),
        };
}
