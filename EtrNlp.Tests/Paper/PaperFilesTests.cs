using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Paper;

/// <summary>The files of experiments/paper; that they are valid is in <see cref="ShippedExperimentsTests"/>.</summary>
public sealed class PaperFilesTests
{
    [TestCaseSource(typeof(PaperFiles), nameof(PaperFiles.Rows))]
    public async Task It_is_named_as_its_file_and_its_counts_stand_beside_the_papers(string file)
    {
        var (code, output, error) = await Etrnlp.Run("profile", file, "--set", PaperFiles.Small[0]);
        var row = PaperFiles.Row(file)!;

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.StartWith(Path.GetFileNameWithoutExtension(file)));
        Assert.That(Path.GetFileName(file), Does.StartWith($"table{row.Table}-"));
        Assert.That(output, row.Parameters is null ? Does.Not.Contain("paper's #P") : Does.Contain($"({row.Title})"));
    }

    // Every network once: rows of several tables are the same experiment.
    [Test]
    [Category("Slow")]
    public async Task Each_trains_two_steps()
    {
        using var folder = new TemporaryFolder();
        string[] files =
        [
            .. PaperFiles
                .Experiments.DistinctBy(file => Identity.Of(PaperFiles.Read(file).Resolved))
                .Order(StringComparer.Ordinal),
        ];

        var (code, _, error) = await Etrnlp.Run([
            "train",
            .. files,
            "--runs",
            folder.File("runs"),
            "--device",
            "cpu",
            "--set",
            "baseline=null",
            .. PaperFiles.Small.SelectMany(text => new[] { "--set", text }),
        ]);

        Assert.That(code, Is.Zero, error);
        Assert.That(
            Directory.GetFiles(folder.File("runs"), "result.json", SearchOption.AllDirectories),
            Has.Length.EqualTo(files.Length)
        );
    }
}
