using System.CommandLine;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp validate FILE...</c>: everything that can be checked without training.</summary>
static class ValidateCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Experiment files and sweep files (YAML).", Arity = ArgumentArity.OneOrMore };
        var set = CommonOptions.Set();
        var resolved = new Option<bool>("--resolved") { Description = "Print the file as it will be run, with every default, to standard output; of a sweep every configuration." };
        var noData = new Option<bool>("--no-data") { Description = "Do not look at the data." };
        var command = new ExampleCommand(
            "validate", "Check experiment files, their baselines and their data, and every run of sweep files; nothing is trained.",
            "etrnlp validate experiments/smoke.yaml --set routing.gamma=0.8 --resolved")
        {
            files, set, resolved, noData,
        };
        command.SetAction(parse =>
        {
            var (output, error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            var found = Check(parse.GetRequiredValue(files), parse.GetValue(set) ?? [], withData: !parse.GetValue(noData));
            var several = found.Sum(one => one.Resolved.Count) > 1;
            foreach (var one in found)
            {
                Array.ForEach([.. one.Notices], error.WriteLine);
                foreach (var document in parse.GetValue(resolved) ? one.Resolved : [])
                {
                    output.Write($"{(several ? "---\n" : "")}{YamlWriter.Write(document)}");
                }

                (parse.GetValue(resolved) ? error : output).WriteLine($"ok: {one.Typed}: {one.Described}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    // In the order they were typed; the mistakes of all together.
    static IReadOnlyList<ValidFile> Check(string[] files, string[] overrides, bool withData)
    {
        var (sweeps, experiments) = (files.Where(SweepFile.IsSweep).ToArray(), files.Where(file => !SweepFile.IsSweep(file)).ToArray());
        Func<IEnumerable<ValidFile>>[] checks =
        [
            () => experiments.Zip(ExperimentChecks.Check(experiments, overrides, withData), Of),
            () => ExperimentChecks.ForEach(sweeps, file => Of(file, new SweepPlanner(SweepFile.Load(file), overrides, "runs", jobs: 1, anew: true).Plan(withData))),
        ];
        return [.. ExperimentChecks.ForEach(checks, check => check()).SelectMany(found => found).OrderBy(found => Array.IndexOf(files, found.Typed))];
    }

    static ValidFile Of(string typed, CheckedExperiment one)
    {
        var experiment = one.File.Experiment;
        var tasks = experiment.Tasks.Length == 1 ? "1 task" : FormattableString.Invariant($"{experiment.Tasks.Length} tasks");
        var described = FormattableString.Invariant($"{experiment.Name}, {tasks}, {one.Plan.TotalParameters:N0} parameters, {one.Plan.Macs:N0} MACs{Baseline(one.Baseline?.Experiment.Name)}");
        return new ValidFile(typed, described, one.Notices, [one.File.Resolved]);
    }

    static ValidFile Of(string typed, Sweep sweep) => new(
        typed,
        FormattableString.Invariant($"{sweep.Name}, a sweep of {sweep.Runs.Length} runs: {sweep.Configurations.Length} configurations{Baseline(sweep.Baseline?.Name)}, seeds {string.Join(", ", sweep.Seeds)}"),
        sweep.Notices, [.. sweep.Configurations.Select(one => one.Resolved)]);

    static string Baseline(string? name) => name is null ? "" : $", baseline {name}";

    // What there is to say of a file without mistakes.
    sealed record ValidFile(string Typed, string Described, IReadOnlyList<string> Notices, IReadOnlyList<MapNode> Resolved);
}
