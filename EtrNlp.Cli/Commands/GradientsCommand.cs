using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Figures;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp analyze gradients RUN</c>: Figure 1b, how alike the tasks' gradients are at each layer.</summary>
sealed class GradientsCommand : ExampleCommand
{
    readonly Argument<string> _run = CommonOptions.Run();
    readonly Option<string?> _split = CommonOptions.Split($"the split that {RunFolder.ResultName} reports");
    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();

    readonly Option<uint> _images = new("--images")
    {
        Description = "Take the first n images of the split.",
        HelpName = "n",
        DefaultValueFactory = _ => 256,
    };

    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string> _out = FigureFiles.Option("gradients");

    GradientsCommand()
        : base(
            "gradients",
            "Figure 1b: linear CKA and cosine of the gradients of each pair of tasks at each layer.",
            "etrnlp analyze gradients runs/smoke/seed-0 --split val"
        )
    {
        Add(_run);
        Add(_split);
        Add(_checkpoint);
        Add(_images);
        Add(_device);
        Add(_out);
        SetAction(Run);
    }

    internal static Command Create() => new GradientsCommand();

    int Run(ParseResult parse)
    {
        var images = CommonOptions.Count(parse, _images);
        if (images < TaskSimilarity.LeastExamples)
        {
            throw new DataException(
                FormattableString.Invariant(
                    $"--images {images}: expected a number from {TaskSimilarity.LeastExamples} on"
                )
            );
        }

        var split = CommonOptions.SplitOf(parse, _split);
        var files = FigureFiles.At(parse.GetRequiredValue(_out), GradientFigure.Header);
        var run = SavedRun.Open(parse.GetRequiredValue(_run), parse.GetValue(_checkpoint));
        TorchLibrary.EnsureLoaded();
        var notices = parse.Notices();
        var similarity = TaskSimilarity.Of(run, split, images, parse.GetRequiredValue(_device), notices.WriteLine);
        files.Write(GradientFigure.Of(run.File.Experiment.Name, similarity), notices);
        return ExitCode.Done;
    }
}
