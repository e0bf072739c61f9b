using EtrNlp.Core.Experiments;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;

namespace EtrNlp.Tests.Paper;

/// <summary>The files of experiments/paper, read as rendered scenes of 32x32, since no test has the data.</summary>
static class PaperFiles
{
    public static readonly string[] Small =
    [
        Etrnlp.OnScenes,
        "dataset.image_size=32",
        "dataset.train=8",
        "dataset.val=4",
        "dataset.test=4",
        "backbone.width=0.25",
        "training.batch_size=4",
        "training.epochs=1",
        "threads=1",
        "seeds=[0]",
    ];

    /// <summary>Those with a row of the paper.</summary>
    public static IEnumerable<string> Rows => Experiments.Where(file => Row(file) is not null);

    public static IEnumerable<string> Experiments => Etrnlp.Experiments.Where(IsPaper);

    public static IEnumerable<string> Sweeps => Etrnlp.Sweeps.Where(IsPaper);

    public static ExperimentFile Read(string file) => ExperimentFile.Load(file, Small);

    /// <summary>What the paper prints of a file, without its other keys.</summary>
    public static PaperRow? Row(string file)
    {
        var (written, reading) = (YamlReader.ReadFile(file).Child(Experiment.PaperName), new Reading());
        return written is null ? null : PaperRow.Type.Read(written, Experiment.PaperName, reading)!.Value;
    }

    /// <summary>What the paper prints of every configuration of every sweep.</summary>
    public static IEnumerable<PaperRow> SweptRows => Sweeps.SelectMany(file => SweepFile.Load(file).Rows);

    static bool IsPaper(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "paper";
}
