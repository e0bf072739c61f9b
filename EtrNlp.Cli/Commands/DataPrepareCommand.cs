using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp data prepare FILE...</c>: decodes what training would decode, and says what it is.</summary>
sealed class DataPrepareCommand : ExampleCommand
{
    readonly Argument<string[]> _files = CommonOptions.Files("Experiment files and sweep files (YAML).");
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _cache = CommonOptions.Cache();
    readonly Option<bool> _json = CommonOptions.Json();

    DataPrepareCommand()
        : base(
            "prepare",
            "Decode the images of experiments, of their baselines and of sweeps once, as train does where it must.",
            "etrnlp data prepare experiments/celeba-etr-nlp.yaml"
        )
    {
        Add(_files);
        Add(_set);
        Add(_cache);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new DataPrepareCommand();

    int Run(ParseResult parse)
    {
        var (output, cache) = (
            parse.InvocationConfiguration.Output,
            Path.GetFullPath(parse.GetRequiredValue(_cache))
        );
        var files = ExperimentChecks
            .ForEach(parse.GetRequiredValue(_files), file => FilesOf(file, parse.GetValue(_set) ?? []))
            .SelectMany(some => some)
            .GroupBy(DataDigests.KeyOf);
        var prepared = ExperimentChecks.ForEach(files, group => Prepare([.. group], cache, parse.Notices().WriteLine));
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, JsonOutput.Array(prepared.Select(Json)));
            return ExitCode.Done;
        }

        foreach (var one in prepared)
        {
            Array.ForEach([.. Lines(one)], output.WriteLine);
        }

        return ExitCode.Done;
    }

    // An experiment and its baseline, or all that a sweep trains.
    static IEnumerable<ExperimentFile> FilesOf(string file, string[] overrides)
    {
        if (SweepFile.IsSweep(file))
        {
            return new SweepPlanner(SweepFile.Load(file), overrides, "runs", threads: 1, anew: true).Plan(null).Files;
        }

        var one = ExperimentChecks.Check([file], overrides, null).Single();
        return new[] { one.File, one.Baseline }.OfType<ExperimentFile>();
    }

    static Prepared Prepare(ExperimentFile[] files, string cache, Action<string> say)
    {
        using var dataset = PreparedExperiment.OpenData(files[0], cache, say, CancellationToken.None);
        return new Prepared(
            [.. files.Select(file => file.Experiment.Name).Distinct()],
            [.. Enum.GetValues<Split>().Select(split => (split, dataset.Count(split)))],
            files[0].Experiment.Dataset.Size,
            dataset.Packs
        );
    }

    static IEnumerable<string> Lines(Prepared one)
    {
        var counts = one.Counts.Select(each =>
            FormattableString.Invariant($"{Values.SnakeCase(each.Split)} {each.Count:N0}")
        );
        yield return $"{string.Join(", ", one.Names)}: {string.Join(", ", counts)} images of {one.Size}";
        if (one.Packs.Count == 0)
        {
            yield return "  no pack: nothing of this dataset is decoded, so there is nothing to prepare";
        }

        foreach (var pack in one.Packs)
        {
            yield return FormattableString.Invariant($"  {pack.What}: {pack.Records:N0} files, {pack.Rule}, ")
                + $"{ByteCount.Text(pack.Bytes)} in {pack.Path}";
        }
    }

    static JsonObject Json(Prepared one) =>
        new()
        {
            ["experiments"] = JsonOutput.Array(one.Names),
            ["images"] = new JsonObject(
                one.Counts.Select(each => KeyValuePair.Create(Values.SnakeCase(each.Split), (JsonNode?)each.Count))
            ),
            ["image_size"] = one.Size.ToString(),
            ["packs"] = JsonOutput.Array(
                one.Packs.Select(pack => new JsonObject
                {
                    ["of"] = pack.What,
                    ["files"] = pack.Records,
                    ["rule"] = pack.Rule,
                    ["size"] = pack.Size.ToString(),
                    ["bytes"] = pack.Bytes,
                    ["path"] = pack.Path,
                })
            ),
        };

    // Data that some experiments share, opened once.
    sealed record Prepared(
        IReadOnlyList<string> Names,
        IReadOnlyList<(Split Split, int Count)> Counts,
        ImageSize Size,
        IReadOnlyList<PackSummary> Packs
    );
}
