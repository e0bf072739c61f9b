using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp validate FILE...</c>: everything that can be checked without training.</summary>
static class ValidateCommand
{
    internal const string ResolvedName = "--resolved";

    internal static Command Create()
    {
        var (files, set, threads, json) = (CommonOptions.Files(), CommonOptions.Set(), CommonOptions.Threads(), CommonOptions.Json());
        var resolved = new Option<bool>(ResolvedName) { Description = "Print the file as it will be run, with every default, to standard output." };
        var noData = new Option<bool>("--no-data") { Description = "Do not look at the data." };
        var command = new ExampleCommand(
            "validate", "Check experiment files, their baselines and their data; nothing is trained.",
            "etrnlp validate experiments/smoke.yaml --set routing.gamma=0.8 --resolved")
        {
            files, set, threads, resolved, noData, json,
        };
        command.SetAction(parse =>
        {
            var output = parse.InvocationConfiguration.Output;
            var experiments = ExperimentChecks.Check(parse.GetRequiredValue(files), CommonOptions.Overrides(parse, set, threads), withData: !parse.GetValue(noData));
            Array.ForEach([.. experiments.SelectMany(one => one.Notices).Distinct()], parse.Notices().WriteLine);
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, JsonOutput.Array(experiments.Select(one => Json(one, parse.GetValue(resolved)))));
                return ExitCode.Done;
            }

            foreach (var (typed, one) in parse.GetRequiredValue(files).Zip(experiments))
            {
                if (parse.GetValue(resolved))
                {
                    output.Write($"{(experiments.Count > 1 ? "---\n" : "")}{YamlWriter.Write(one.File.Resolved)}");
                }

                (parse.GetValue(resolved) ? parse.Notices() : output).WriteLine($"ok: {typed}: {Described(one)}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static JsonObject Json(CheckedExperiment one, bool resolved)
    {
        var json = ResultFile.Counts(one.Plan);
        json.Insert(0, "file", one.File.Path);
        json.Insert(1, "name", one.File.Experiment.Name);
        json.Insert(2, "baseline", one.Baseline?.Experiment.Name);
        json.Insert(3, "tasks", JsonOutput.Array(one.File.Experiment.TaskNames));
        if (resolved)
        {
            json["resolved"] = YamlWriter.Write(one.File.Resolved);
        }

        return json;
    }

    static string Described(CheckedExperiment one)
    {
        var experiment = one.File.Experiment;
        var tasks = experiment.Tasks.Length == 1 ? "1 task" : FormattableString.Invariant($"{experiment.Tasks.Length} tasks");
        var baseline = one.Baseline is { } file ? $", baseline {file.Experiment.Name}" : "";
        return FormattableString.Invariant($"{experiment.Name}, {tasks}, {one.Plan.TotalParameters:N0} parameters, {one.Plan.Macs:N0} MACs{baseline}");
    }
}
