using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp eval RUN</c>: evaluates a checkpoint of a run folder; writes nothing into it but the example predictions
/// that are asked for.
/// </summary>
sealed class EvalCommand : ExampleCommand
{
    readonly Argument<string> _run = CommonOptions.OnePath("run", "Run folder, such as runs/smoke/seed-0.");

    readonly Option<string?> _split = CommonOptions.Split($"the split that {RunFolder.ResultName} reports");

    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();

    readonly Option<uint> _examples = CommonOptions.Examples();
    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string?> _threads = CommonOptions.Threads();
    readonly Option<bool> _json = CommonOptions.Json();

    EvalCommand()
        : base(
            "eval",
            $"Evaluate a checkpoint of a run; on the CPU the numbers are those of {RunFolder.ResultName} to the bit.",
            "etrnlp eval runs/smoke/seed-0 --split val"
        )
    {
        _threads.Description =
            "CPU threads; absent: those of the run, as its numbers depend on them in their last bits.";
        Add(_run);
        Add(_split);
        Add(_checkpoint);
        Add(_examples);
        Add(_device);
        Add(_threads);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new EvalCommand();

    int Run(ParseResult parse)
    {
        var output = parse.InvocationConfiguration.Output;
        var wanted = CommonOptions.SplitOf(parse, _split);
        var saved = SavedRun.Open(parse.GetRequiredValue(_run), parse.GetValue(_checkpoint));
        var count = ExperimentFile
            .Load(saved.Folder.ExperimentPath, CommonOptions.Overrides(parse, _threads))
            .Experiment.Threads;
        TorchLibrary.EnsureLoaded();
        var result = saved.Evaluate(
            wanted,
            parse.GetRequiredValue(_device),
            count,
            parse.Notices().WriteLine,
            CommonOptions.Count(parse, _examples)
        );
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, result.Json);
            return ExitCode.Done;
        }

        Screen.Write(output, ResultTable.OfTasks([new SeedGroup([result])], null));
        output.WriteLine(
            FormattableString.Invariant($"checkpoint {saved.CheckpointPath}, epoch {saved.Header.Progress.Epoch}")
        );
        return ExitCode.Done;
    }
}
