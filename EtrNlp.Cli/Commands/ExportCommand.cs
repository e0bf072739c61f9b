using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp export RUN -o FILE</c>: the network of a run as a file for other programs; with <c>--tensorboard</c>, the
/// curves of runs.
/// </summary>
sealed class ExportCommand : ExampleCommand
{
    const string NamesName = "--names";

    const string Own = "etrnlp";
    const string Torchvision = "torchvision";

    static readonly string[] Known = [Own, Torchvision];

    readonly Argument<string[]> _runs = CommonOptions.Paths(
        "run",
        "Run folder, such as runs/smoke/seed-0; with --tensorboard several, and folders of runs."
    );

    readonly Option<string?> _out = CommonOptions.Out("The safetensors file, which must not exist.", "file");
    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();
    readonly Option<bool> _tensorboard = CommonOptions.Tensorboard();

    readonly Option<string> _names = new(NamesName)
    {
        Description =
            $"{Own}: as in checkpoints, with {RunExport.ModelName} beside it; {Torchvision}: those of its resnet18 or "
            + "vgg16_bn, for operation conv and routing hard_sharing.",
        HelpName = "names",
        DefaultValueFactory = _ => Own,
        CompletionSources = { Own, Torchvision },
    };

    ExportCommand()
        : base(
            "export",
            "Write a run's weights as safetensors, with a Python file that computes the same logits in PyTorch; "
                + "or, with --tensorboard, the curves of runs.",
            "etrnlp export runs/smoke/seed-0 -o model.safetensors"
        )
    {
        _out.Required = false; // of weights it is
        Add(_runs);
        Add(_out);
        Add(_checkpoint);
        Add(_names);
        Add(_tensorboard);
        SetAction(Run);
    }

    internal static Command Create() => new ExportCommand();

    int Run(ParseResult parse)
    {
        var (runs, output) = (parse.GetRequiredValue(_runs), parse.InvocationConfiguration.Output);
        if (parse.GetValue(_tensorboard))
        {
            RequireNone(CommonOptions.Given(parse, _out, _checkpoint, _names));
            ExportedEvents.Write(runs, output, parse.Notices());
            return ExitCode.Done;
        }

        var (names, path) = (Checked(parse.GetRequiredValue(_names)), PathOf(parse.GetValue(_out)));
        var saved = SavedRun.Open(OneOf(runs), parse.GetValue(_checkpoint));
        TorchLibrary.EnsureLoaded();
        var export = new RunExport(saved, parse.Notices().WriteLine);
        var what = names == Torchvision ? "named as torchvision does" : $"{RunExport.ModelName} beside it loads it";
        (names == Torchvision ? (Action<string>)export.WriteForTorchvision : export.Write)(path);
        output.WriteLine(FormattableString.Invariant($"{path}: epoch {saved.Header.Progress.Epoch}; {what}"));
        return ExitCode.Done;
    }

    void RequireNone(IReadOnlyList<string> ofWeights)
    {
        if (ofWeights.Count > 0)
        {
            throw new DataException(
                $"{string.Join(", ", ofWeights)}: of weights, and {_tensorboard.Name} writes curves into the runs' "
                    + "folders; leave one out"
            );
        }
    }

    static string PathOf(string? named) =>
        named is not null
            ? Path.GetFullPath(named)
            : throw new DataException("the file for the weights is missing; name it, such as -o model.safetensors");

    string OneOf(string[] runs) =>
        runs.Length == 1
            ? runs[0]
            : throw new DataException(
                $"the weights of {runs.Length} runs do not go into one file; name one run, or add {_tensorboard.Name} "
                    + "for their curves"
            );

    static string Checked(string names) =>
        Known.Contains(names)
            ? names
            : throw new DataException(
                $"{NamesName} {names}: expected {string.Join(", ", Known)}{NearestName.NearHint(names, Known)}"
            );
}
