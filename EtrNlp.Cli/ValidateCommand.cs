using System.CommandLine;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp validate FILE...</c>: everything that can be checked without training.</summary>
static class ValidateCommand
{
    internal static Command Create()
    {
        var (files, set) = (CommonOptions.Files(), CommonOptions.Set());
        var resolved = new Option<bool>("--resolved") { Description = "Print the file as it will be run, with every default, to standard output." };
        var noData = new Option<bool>("--no-data") { Description = "Do not look at the data." };
        var command = new ExampleCommand(
            "validate", "Check experiment files, their baselines and their data; nothing is trained.",
            "etrnlp validate experiments/smoke.yaml --set routing.gamma=0.8 --resolved")
        {
            files, set, resolved, noData,
        };
        command.SetAction(parse =>
        {
            var (output, error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            var checkedFiles = ExperimentChecks.Check(parse.GetRequiredValue(files), parse.GetValue(set) ?? [], withData: !parse.GetValue(noData));
            foreach (var (typed, one) in parse.GetRequiredValue(files).Zip(checkedFiles))
            {
                Array.ForEach([.. one.Notices], error.WriteLine);
                if (parse.GetValue(resolved))
                {
                    output.Write($"{(checkedFiles.Count > 1 ? "---\n" : "")}{YamlWriter.Write(one.File.Resolved)}");
                }

                (parse.GetValue(resolved) ? error : output).WriteLine($"ok: {typed}: {Described(one)}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static string Described(CheckedExperiment one)
    {
        var experiment = one.File.Experiment;
        var tasks = experiment.Tasks.Length == 1 ? "1 task" : FormattableString.Invariant($"{experiment.Tasks.Length} tasks");
        var baseline = one.Baseline is { } file ? $", baseline {file.Experiment.Name}" : "";
        return FormattableString.Invariant($"{experiment.Name}, {tasks}, {one.Plan.TotalParameters:N0} parameters, {one.Plan.Macs:N0} MACs{baseline}");
    }
}
