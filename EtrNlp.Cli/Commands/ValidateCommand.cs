using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp validate FILE...</c>: everything that can be checked without training.</summary>
sealed class ValidateCommand : ExampleCommand
{
    internal const string ResolvedName = "--resolved";

    readonly Argument<string[]> _files = CommonOptions.Files("Experiment files and sweep files (YAML).");
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string?> _threads = CommonOptions.Threads();

    readonly Option<bool> _resolved = new(ResolvedName)
    {
        Description =
            "Print the file as it will be run, with its defaults, to standard output; of a sweep every configuration.",
    };

    readonly Option<bool> _noData = new("--no-data") { Description = "Do not look at the data." };

    readonly Option<bool> _verify = new("--verify-data")
    {
        Description = "Read every byte of the images and of their pack, though sizes and times are the same.",
    };

    readonly Option<string?> _cache = CommonOptions.PathOption(
        "--cache",
        "Folder of decoded images that --verify-data looks at; default: runs/.cache.",
        "folder"
    );

    readonly Option<bool> _json = CommonOptions.Json();

    ValidateCommand()
        : base(
            "validate",
            "Check experiment files, their baselines and their data, and every run of sweep files; nothing is trained.",
            "etrnlp validate experiments/smoke.yaml --set routing.gamma=0.8 --resolved"
        )
    {
        Add(_files);
        Add(_set);
        Add(_threads);
        Add(_resolved);
        Add(_noData);
        Add(_verify);
        Add(_cache);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new ValidateCommand();

    int Run(ParseResult parse)
    {
        var (output, notices, resolved) = (
            parse.InvocationConfiguration.Output,
            parse.Notices(),
            parse.GetValue(_resolved)
        );
        var found = Check(
            parse.GetRequiredValue(_files),
            CommonOptions.Overrides(parse, _set, _threads),
            Data(parse, notices.WriteLine)
        );
        Array.ForEach([.. found.SelectMany(one => one.Notices).Distinct()], notices.WriteLine);
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, JsonOutput.Array(found.Select(one => Json(one, resolved))));
            return ExitCode.Done;
        }

        var several = found.Sum(one => one.Resolved.Count) > 1;
        foreach (var one in found)
        {
            if (resolved)
            {
                output.Write(Yaml(one, several));
            }

            (resolved ? notices : output).WriteLine($"ok: {one.Typed}: {one.Described}");
        }

        return ExitCode.Done;
    }

    // Only a check that was asked for may make a cache.
    DataDigests? Data(ParseResult parse, Action<string> say)
    {
        if (parse.GetValue(_noData))
        {
            return null;
        }

        var cache = parse.GetValue(_cache) ?? RunOptions.CacheBeside("runs");
        return parse.GetValue(_verify)
            ? new DataDigests(cache, say, verify: true)
            : new DataDigests(Directory.Exists(cache) ? cache : "", _ => { });
    }

    // In the order they were typed; the mistakes of all together.
    static IReadOnlyList<ValidFile> Check(string[] files, string[] overrides, DataDigests? data)
    {
        var (sweeps, experiments) = (
            files.Where(SweepFile.IsSweep).ToArray(),
            files.Where(file => !SweepFile.IsSweep(file)).ToArray()
        );
        Func<IEnumerable<ValidFile>>[] checks =
        [
            () => experiments.Zip(ExperimentChecks.Check(experiments, overrides, data), Of),
            () =>
                ExperimentChecks.ForEach(
                    sweeps,
                    file =>
                        Of(
                            file,
                            new SweepPlanner(SweepFile.Load(file), overrides, "runs", threads: 1, anew: true).Plan(data)
                        )
                ),
        ];
        return
        [
            .. ExperimentChecks
                .ForEach(checks, check => check())
                .SelectMany(found => found)
                .OrderBy(found => Array.IndexOf(files, found.Typed)),
        ];
    }

    static ValidFile Of(string typed, CheckedExperiment one)
    {
        var experiment = one.File.Experiment;
        var tasks =
            experiment.Tasks.Length == 1 ? "1 task" : FormattableString.Invariant($"{experiment.Tasks.Length} tasks");
        var size = FormattableString.Invariant($"{one.Plan.TotalParameters:N0} parameters, {one.Plan.Macs:N0} MACs");
        var described = $"{experiment.Name}, {tasks}, {size}{Baseline(one.Baseline?.Experiment.Name)}";
        var counts = ResultFile.Counts(one.Plan);
        counts.Insert(0, "tasks", JsonOutput.Array(experiment.TaskNames));
        return new ValidFile(
            typed,
            experiment.Name,
            one.Baseline?.Experiment.Name,
            described,
            counts,
            one.Notices,
            [one.File.Resolved]
        );
    }

    static ValidFile Of(string typed, Sweep sweep)
    {
        var (search, runs) = (sweep.Search, sweep.Search?.RunCount ?? sweep.Runs.Length);
        var described =
            FormattableString.Invariant($"{sweep.Name}, a {(search is null ? "sweep" : "search")} of {runs} runs: ")
            + FormattableString.Invariant($"{sweep.Configurations.Length} configurations")
            + (search is null ? "" : $" in rungs of {string.Join(", ", search.Halving.Rungs)} epochs")
            + $"{Baseline(sweep.Baseline?.Name)}, seeds {string.Join(", ", sweep.Seeds)}";
        var counts = new JsonObject
        {
            ["runs"] = runs,
            ["configurations"] = JsonOutput.Array(sweep.Configurations.Select(one => one.Name)),
            ["seeds"] = JsonOutput.Array(sweep.Seeds.Select(seed => (JsonNode?)seed)),
        };
        return new ValidFile(
            typed,
            sweep.Name,
            sweep.Baseline?.Name,
            described,
            counts,
            sweep.Notices,
            [.. sweep.Configurations.Select(one => one.Resolved)]
        );
    }

    static string Baseline(string? name) => name is null ? "" : $", baseline {name}";

    static JsonObject Json(ValidFile one, bool resolved)
    {
        var json = one.Counts;
        json.Insert(0, "file", Path.GetFullPath(one.Typed));
        json.Insert(1, "name", one.Name);
        json.Insert(2, "baseline", one.Baseline);
        if (resolved)
        {
            json["resolved"] = Yaml(one, several: one.Resolved.Count > 1);
        }

        return json;
    }

    static string Yaml(ValidFile one, bool several) =>
        string.Concat(one.Resolved.Select(document => $"{(several ? "---\n" : "")}{YamlWriter.Write(document)}"));

    // What there is to say of a file without mistakes; its counts are for programs.
    sealed record ValidFile(
        string Typed,
        string Name,
        string? Baseline,
        string Described,
        JsonObject Counts,
        IReadOnlyList<string> Notices,
        IReadOnlyList<MapNode> Resolved
    );
}
