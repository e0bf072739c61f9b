using System.CommandLine;
using System.Globalization;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Predictions;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp predict RUN IMAGE|FOLDER... -o OUT</c>: what a run says of images, as files.</summary>
sealed class PredictCommand : ExampleCommand
{
    const string SizeName = "--size";
    const string SplitName = "--split";

    readonly Argument<string> _run = CommonOptions.Run();

    readonly Argument<string[]> _images = CommonOptions.Paths(
        "image",
        "Image files, and folders of which every image is meant.",
        ArgumentArity.ZeroOrMore
    );

    readonly Option<string?> _out = CommonOptions.Out("Folder for the predictions, new or empty.", "folder");

    readonly Option<string?> _split = CommonOptions.Split("images are named");
    readonly Option<string?> _checkpoint = CommonOptions.Checkpoint();

    readonly Option<string?> _size = new(SizeName)
    {
        Description = "Stretch images to another size, where the network can take it; absent: as the run's data.",
        HelpName = "HxW",
    };

    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string?> _threads = CommonOptions.ThreadsOfRun();

    PredictCommand()
        : base(
            "predict",
            "Predict images, or a split of the run's own dataset: a table of attributes and choices, maps, a sheet.",
            "etrnlp predict runs/smoke/seed-0 photos/ -o predictions"
        )
    {
        Add(_run);
        Add(_images);
        Add(_out);
        Add(_split);
        Add(_checkpoint);
        Add(_size);
        Add(_device);
        Add(_threads);
        SetAction(Run);
    }

    internal static Command Create() => new PredictCommand();

    int Run(ParseResult parse)
    {
        var (paths, split, size) = (
            parse.GetValue(_images) ?? [],
            CommonOptions.SplitOf(parse, _split),
            SizeOf(parse.GetValue(_size))
        );
        RequireOne(paths, split, size);
        var files = split is null ? ImageFiles.In(paths) : [];
        var saved = SavedRun.Open(parse.GetRequiredValue(_run), parse.GetValue(_checkpoint));
        var threads = CommonOptions.ThreadsOf(parse, _threads, saved);
        var folder = PredictionFolder.New(parse.GetValue(_out)!);
        TorchLibrary.EnsureLoaded();
        var run = new RunPredictions(
            saved,
            parse.GetRequiredValue(_device),
            threads,
            parse.Notices().WriteLine
        );
        var count = split is { } own ? run.OfSplit(own, folder) : run.OfFiles(files, size, folder);
        parse.InvocationConfiguration.Output.WriteLine(
            FormattableString.Invariant($"{count:N0} image{(count == 1 ? " is" : "s are")} predicted in {folder.Path}")
        );
        return ExitCode.Done;
    }

    static void RequireOne(string[] paths, Split? split, ImageSize? size)
    {
        if (paths.Length > 0 == split is not null)
        {
            throw new DataException(
                paths.Length > 0
                    ? $"images and {SplitName} are both given; leave one out"
                    : $"nothing to predict; name images or folders, or {SplitName} val for the run's own data"
            );
        }

        if (split is not null && size is not null)
        {
            throw new DataException($"{SizeName} is for images, and the run's own data has its size; leave it out");
        }
    }

    static ImageSize? SizeOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int[] sides =
        [
            .. text.Split('x')
                .Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0),
        ];
        return sides is [> 0 and <= ImageSizing.Largest, > 0 and <= ImageSizing.Largest]
            ? new ImageSize(sides[0], sides[1])
            : throw new DataException(
                $"{SizeName} {text}: expected height and width in pixels up to {ImageSizing.Largest}, such as 128x256"
            );
    }
}
