using System.Diagnostics;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>The shipped search, with fewer images, draws and epochs, through the built executable.</summary>
[Category("Process")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SearchProcessTests : IDisposable
{
    const string Sweep = "quickstart-search.yaml";

    readonly TemporaryFolder _folder = new();

    public SearchProcessTests()
    {
        Copy("smoke.yaml", ("train: 192, val: 64, test: 64", "train: 32, val: 16, test: 16"));
        Copy(Sweep, ("n: 8", "n: 4"), ("rungs: [1, 3, 9]", "rungs: [1, 2]"), ("seeds: [0, 1, 2]", "seeds: [0, 1]"));
    }

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_killed_search_goes_on_to_the_same_table_and_its_best_has_the_bits_of_a_run_in_one_go()
    {
        using (var killed = Search("killed"))
        {
            Assert.That(() => Files("killed", "result.epochs-1.json"), Is.Not.Empty.After(Patience.Milliseconds, 20));
            killed.Kill();
            killed.WaitForExit();
        }

        var (again, undisturbed) = (Search("killed").Finish(), Search("undisturbed").Finish());

        Assert.That((again.Code, undisturbed.Code), Is.EqualTo((0, 0)), again.Error + undisturbed.Error);
        Assert.That(again.Error + undisturbed.Error, Does.Not.Contain("no result"));
        Assert.That(again.Error, Does.Contain("rung 2 of 2, to epoch 2: 2 of 4 configurations, seed 0\n"));
        Assert.That(
            File.ReadAllText(Files("killed", "table.csv").Single()),
            Is.EqualTo(File.ReadAllText(Files("undisturbed", "table.csv").Single()))
        );
        AssertBestIsAsTrainedInOneGo();
        await AssertRunsOfFewerEpochsAreShownToo();
    }

    // The only one with a second seed.
    void AssertBestIsAsTrainedInOneGo()
    {
        var second = Directory.GetDirectories(_folder.File("killed"), "seed-1", SearchOption.AllDirectories).Single();
        var best = Path.GetDirectoryName(second)!;
        var file = Path.Combine(best, "experiment.yaml");
        var train = Etrnlp.Start(_folder.Path, ["train", file, "--set", "seeds=[0]", "--runs", "own"]).Finish();

        Assert.That(train.Code, Is.Zero, train.Error);
        RunState
            .Of(RunFolder.Of(_folder.File("own"), Path.GetFileName(best), 0))
            .AssertEquals(RunState.Of(new RunFolder(Path.Combine(best, "seed-0"))));
    }

    async Task AssertRunsOfFewerEpochsAreShownToo()
    {
        var folder = Path.GetDirectoryName(Files("killed", "table.csv").Single())!;
        var page = await Etrnlp.Run("report", folder, "--html", _folder.File("page.html"));
        var compared = await Etrnlp.Run(["compare", .. Directory.GetDirectories(folder)]);

        Assert.That((page.Code, compared.Code), Is.EqualTo((0, 0)), page.Error + compared.Error);
        Assert.That(
            compared.Output.Split('\n').Count(line => line.StartsWith(" learning_rate=", StringComparison.Ordinal)),
            Is.EqualTo(4)
        );
    }

    string[] Files(string runs, string name) =>
        Directory.Exists(_folder.File(runs))
            ? Directory.GetFiles(_folder.File(runs), name, SearchOption.AllDirectories)
            : [];

    Process Search(string runs) =>
        Etrnlp.Start(
            _folder.Path,
            ["sweep", Sweep, "--runs", runs, "--jobs", "2", "--threads", "1", "--device", "cpu"]
        );

    void Copy(string name, params (string Shipped, string Smaller)[] changes)
    {
        var shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "experiments", name));
        File.WriteAllText(
            _folder.File(name),
            changes.Aggregate(
                shipped,
                (text, change) =>
                {
                    Assert.That(text, Does.Contain(change.Shipped));
                    return text.Replace(change.Shipped, change.Smaller, StringComparison.Ordinal);
                }
            )
        );
    }
}
