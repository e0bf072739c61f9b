using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Figures;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp analyze primitives FILE IMAGE</c>: Figure 3, what each primitive makes of an image.</summary>
sealed class PrimitivesCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File();
    readonly Argument<string> _image = CommonOptions.Image();
    readonly Option<string?> _split = CommonOptions.Split("val");
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _cache = CommonOptions.Cache();
    readonly Option<string> _out = FigureFiles.Option("primitives");

    PrimitivesCommand()
        : base(
            "primitives",
            "Figure 3: what each primitive of an experiment makes of an image.",
            "etrnlp analyze primitives experiments/quickstart-etr-nlp.yaml 0"
        )
    {
        Add(_file);
        Add(_image);
        Add(_split);
        Add(_set);
        Add(_cache);
        Add(_out);
        SetAction(Run);
    }

    internal static Command Create() => new PrimitivesCommand();

    int Run(ParseResult parse)
    {
        var image = new ChosenImage(parse.GetRequiredValue(_image), CommonOptions.SplitOf(parse, _split) ?? Split.Val);
        var file = ExperimentChecks
            .Check([parse.GetRequiredValue(_file)], parse.GetValue(_set) ?? [], null)
            .Single()
            .File;
        var files = FigureFiles.At(parse.GetRequiredValue(_out), PrimitiveFigure.Header);
        var (cache, notices) = (Path.GetFullPath(parse.GetRequiredValue(_cache)), parse.Notices());
        TorchLibrary.EnsureLoaded();
        var maps = PrimitiveMaps.Of(
            file,
            image,
            () => PreparedExperiment.OpenData(file, cache, notices.WriteLine, CancellationToken.None)
        );
        files.Write(PrimitiveFigure.Of(file.Experiment.Name, image.Name, maps), notices);
        return ExitCode.Done;
    }
}
