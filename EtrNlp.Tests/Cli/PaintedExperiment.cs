using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>An experiment on a few images and a table of labels, in files that a test may change.</summary>
sealed class PaintedExperiment : IDisposable
{
    public const string Yaml = """
        name: mine
        dataset: {kind: image_table, root: ., image_size: 32}
        tasks:
          - {name: shape, type: attributes, columns: [round]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 1, batch_size: 2, optimizer: {kind: adam, learning_rate: 1e-3}}
        threads: 1

        """;

    public const string Table =
        "image,split,round,red\na.png,train,1,1\nb.png,train,0,1\nc.png,val,1,0\nd.png,test,1,1\n";

    readonly TemporaryFolder _runs = new();

    public ImageFolder Folder { get; } = Painted();

    public string Runs => _runs.File("runs");

    public RunFolder Run => RunFolder.Of(Runs, "mine", 0);

    public string At(string name) => Folder.At(name);

    public Task<(int Code, string Output, string Error)> Train(params string[] options) =>
        Etrnlp.Run(["train", At("mine.yaml"), "--runs", Runs, "--device", "cpu", .. options]);

    public async Task Trained(params string[] options)
    {
        var (code, _, error) = await Train(options);
        Assert.That(code, Is.Zero, error);
    }

    /// <summary>Changes the table of labels.</summary>
    public void Rewrite(string old, string now) =>
        File.WriteAllText(
            At("labels.csv"),
            File.ReadAllText(At("labels.csv")).Replace(old, now, StringComparison.Ordinal)
        );

    public void Dispose()
    {
        Folder.Dispose();
        _runs.Dispose();
    }

    public static ImageFolder Painted()
    {
        var folder = new ImageFolder();
        foreach (
            var (name, colour) in new[]
            {
                ("a.png", SKColors.Red),
                ("b.png", SKColors.Blue),
                ("c.png", SKColors.White),
                ("d.png", SKColors.Black),
                ("e.png", SKColors.Pink),
            }
        )
        {
            folder.Paint(name, colour, 40, 40);
        }

        File.WriteAllText(folder.At("labels.csv"), Table);
        File.WriteAllText(folder.At("mine.yaml"), Yaml);
        return folder;
    }
}
