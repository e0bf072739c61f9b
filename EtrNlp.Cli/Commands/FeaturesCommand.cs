using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Figures;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp analyze features RUN IMAGE</c>: Figure 7, shared and task features of one image.</summary>
sealed class FeaturesCommand : ExampleCommand
{
    readonly Argument<string> _run = CommonOptions.Run();
    readonly Argument<string> _image = CommonOptions.Image();
    readonly Option<string?> _split = CommonOptions.Split("val");

    readonly Option<string?> _layer = new("--layer")
    {
        Description = "The layer; absent: the last one whose maps have 16 pixels or more.",
        HelpName = "name",
    };

    readonly Option<int> _seed = new("--seed")
    {
        Description = "Where the positions of the points begin.",
        HelpName = "n",
    };

    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();
    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string> _out = FigureFiles.Option("features");

    FeaturesCommand()
        : base(
            "features",
            "Figure 7: t-SNE of the channels of the shared branch and the task branches, for one image.",
            "etrnlp analyze features runs/quickstart-etr/seed-0 0"
        )
    {
        Add(_run);
        Add(_image);
        Add(_split);
        Add(_layer);
        Add(_seed);
        Add(_checkpoint);
        Add(_device);
        Add(_out);
        SetAction(Run);
    }

    internal static Command Create() => new FeaturesCommand();

    int Run(ParseResult parse)
    {
        var image = new ChosenImage(parse.GetRequiredValue(_image), CommonOptions.SplitOf(parse, _split) ?? Split.Val);
        var files = FigureFiles.At(parse.GetRequiredValue(_out), FeatureFigure.Header);
        var run = SavedRun.Open(parse.GetRequiredValue(_run), parse.GetValue(_checkpoint));
        TorchLibrary.EnsureLoaded();
        var notices = parse.Notices();
        var features = BranchFeatures.Of(
            run,
            image,
            parse.GetValue(_layer),
            parse.GetRequiredValue(_device),
            notices.WriteLine
        );
        var name = run.File.Experiment.Name;
        files.Write(FeatureFigure.Of(name, image.Name, features, parse.GetValue(_seed)), notices);
        return ExitCode.Done;
    }
}
