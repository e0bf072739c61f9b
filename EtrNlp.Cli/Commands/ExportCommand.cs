using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp export RUN -o FILE</c>: the network of a run as a file for other programs.</summary>
sealed class ExportCommand : ExampleCommand
{
    const string NamesName = "--names";

    const string Own = "etrnlp";
    const string Torchvision = "torchvision";

    static readonly string[] Known = [Own, Torchvision];

    readonly Argument<string> _run = CommonOptions.Run();
    readonly Option<string?> _out = CommonOptions.Out("The safetensors file, which must not exist.", "file");
    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();

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
            "Write a run's weights as safetensors, with a Python file that computes the same logits in PyTorch.",
            "etrnlp export runs/smoke/seed-0 -o model.safetensors"
        )
    {
        Add(_run);
        Add(_out);
        Add(_checkpoint);
        Add(_names);
        SetAction(Run);
    }

    internal static Command Create() => new ExportCommand();

    int Run(ParseResult parse)
    {
        var (names, path) = (Checked(parse.GetRequiredValue(_names)), Path.GetFullPath(parse.GetValue(_out)!));
        var saved = SavedRun.Open(parse.GetRequiredValue(_run), parse.GetValue(_checkpoint));
        TorchLibrary.EnsureLoaded();
        var export = new RunExport(saved, parse.Notices().WriteLine);
        var what = names == Torchvision ? "named as torchvision does" : $"{RunExport.ModelName} beside it loads it";
        (names == Torchvision ? (Action<string>)export.WriteForTorchvision : export.Write)(path);
        parse.InvocationConfiguration.Output.WriteLine(
            FormattableString.Invariant($"{path}: epoch {saved.Header.Progress.Epoch}; {what}")
        );
        return ExitCode.Done;
    }

    static string Checked(string names) =>
        Known.Contains(names)
            ? names
            : throw new DataException(
                $"{NamesName} {names}: expected {string.Join(", ", Known)}{NearestName.NearHint(names, Known)}"
            );
}
