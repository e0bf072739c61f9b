using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp eval RUN</c>: evaluates a checkpoint of a run folder; writes nothing into it but the example predictions
/// that are asked for.
/// </summary>
static class EvalCommand
{
    internal static Command Create()
    {
        var run = CommonOptions.OnePath("run", "Run folder, such as runs/smoke/seed-0.");
        var split = new Option<string?>("--split")
        {
            Description = $"train, val or test; absent: the split that {RunFolder.ResultName} reports.",
            HelpName = "split",
        };
        var checkpoint = CommonOptions.PathOption(
            "--checkpoint",
            $"best, last, previous or the path of one; absent: the one that {RunFolder.ResultName} reports.",
            "checkpoint"
        );
        checkpoint.CompletionSources.Add("best", "last", "previous");
        split.CompletionSources.Add([.. Splits.Keys]);
        var examples = CommonOptions.Examples();
        var (device, threads, json) = (CommonOptions.Device(), CommonOptions.Threads(), CommonOptions.Json());
        threads.Description =
            "CPU threads; absent: those of the run, as its numbers depend on them in their last bits.";
        var command = new ExampleCommand(
            "eval",
            $"Evaluate a checkpoint of a run; on the CPU the numbers are those of {RunFolder.ResultName} to the bit.",
            "etrnlp eval runs/smoke/seed-0 --split val"
        )
        {
            run,
            split,
            checkpoint,
            examples,
            device,
            threads,
            json,
        };
        command.SetAction(parse =>
        {
            var output = parse.InvocationConfiguration.Output;
            var wanted = SplitOf(parse.GetValue(split));
            var saved = SavedRun.Open(parse.GetRequiredValue(run), parse.GetValue(checkpoint));
            var count = ExperimentFile
                .Load(saved.Folder.ExperimentPath, CommonOptions.Overrides(parse, threads))
                .Experiment.Threads;
            TorchLibrary.EnsureLoaded();
            var result = saved.Evaluate(
                wanted,
                parse.GetRequiredValue(device),
                count,
                parse.Notices().WriteLine,
                CommonOptions.Count(parse, examples)
            );
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, result.Json);
            }
            else
            {
                Screen.Write(output, ResultTable.OfTasks([new SeedGroup([result])], null));
                output.WriteLine(
                    FormattableString.Invariant(
                        $"checkpoint {saved.CheckpointPath}, epoch {saved.Header.Progress.Epoch}"
                    )
                );
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Dictionary<string, Split> Splits => Enum.GetValues<Split>().ToDictionary(Values.SnakeCase);

    static Split? SplitOf(string? name) =>
        name is null ? null
        : Splits.TryGetValue(name, out var split) ? split
        : throw new DataException(
            $"--split {name}: expected {string.Join(", ", Splits.Keys)}{NearestName.NearHint(name, Splits.Keys)}"
        );
}
