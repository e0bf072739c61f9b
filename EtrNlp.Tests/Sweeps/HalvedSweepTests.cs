using System.Globalization;
using EtrNlp.Cli.Display;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Sweeps;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Rungs of a search from run folders that were written by hand.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HalvedSweepTests : IDisposable
{
    readonly SweepFolder _folder = new(
        "cases: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}}\n"
            + "halving: {metric: mean.f, rungs: [1, 3, 9]}\nseeds: [4, 5]\n"
    );

    readonly TemporaryFolder _runs = new();
    readonly Sweep _sweep;

    // Planned before anything is there: hand-made folders are not whole runs.
    public HalvedSweepTests() => _sweep = _folder.Plan() with { Folder = _runs.File("runs") };

    public void Dispose()
    {
        _folder.Dispose();
        _runs.Dispose();
    }

    // floor(7 / 3) = 2, floor(2 / 3) = 0, and one at least.
    [Test]
    public void The_best_go_on_until_one_is_trained_with_all_seeds()
    {
        Write(1, ("a", 0.1), ("b", 0.5), ("c", 0.2), ("d", 0.6), ("e", 0.3), ("f", 0.4), ("g", 0.15));
        using var stages = _sweep.Stages.GetEnumerator();

        Assert.That(Next(), Is.EqualTo("a1 b1 c1 d1 e1 f1 g1, seeds 4"));
        Assert.That(Next(), Is.EqualTo("b3 d3, seeds 4"));
        Write(3, ("b", 0.55), ("d", 0.5));
        Assert.That(Next(), Is.EqualTo("b9, seeds 4"));
        Write(9, ("b", 0.7));
        Assert.That(Next(), Is.EqualTo("b9, seeds 4 5"));
        Assert.That(stages.MoveNext(), Is.False);

        string Next() => stages.MoveNext() ? Shown(stages.Current) : "nothing";
    }

    // A result may be of the test split: the configuration that is best there is last here.
    [Test]
    public void Validation_alone_counts()
    {
        Write(1, ("a", 0.9), ("b", 0.1), ("c", 0.5), ("d", 0.2), ("e", 0.2), ("f", 0.2), ("g", 0.2));
        File.AppendAllText(Folder("b").MetricsPath, Rows(1, "test", 0.99));
        File.AppendAllText(Folder("a").MetricsPath, Rows(1, "test", 0.01));
        File.WriteAllText(Folder("b").ResultPath, """{"mean": {"f": 0.99}, "split": "test"}""");

        var rung = FirstRung();

        Assert.That(Names(rung), Is.EqualTo("a c d e f g b"), "of equal ones the first in the file is better");
        Assert.That(rung.Ranking.Select(one => one.Rank), Is.EqualTo(Enumerable.Range(1, 7)));
        Assert.That(rung.Ranking[1].Value, Is.EqualTo(0.5));
    }

    [Test]
    public void What_a_run_came_to_later_does_not_change_an_earlier_rung()
    {
        Write(1, ("a", 0.1), ("b", 0.5), ("c", 0.2), ("d", 0.6), ("e", 0.3), ("f", 0.4), ("g", 0.15));
        Write(3, ("b", 0.01), ("d", 0.02));

        Assert.That(Names(FirstRung()), Is.EqualTo("d b f e c g a"));
    }

    // d was ahead of b in rung 1.
    [Test]
    public void The_order_of_the_file_breaks_ties_of_every_rung()
    {
        Write(1, ("a", 0.1), ("b", 0.5), ("c", 0.2), ("d", 0.6), ("e", 0.3), ("f", 0.4), ("g", 0.15));
        Write(3, ("b", 0.7), ("d", 0.7));
        Write(9, ("b", 0.7));

        Assert.That(Names(_sweep.Search!.Rungs()[1]), Is.EqualTo("b d"));
    }

    [Test]
    public void A_failed_run_is_last_and_never_goes_on()
    {
        Write(1, ("b", 0.1));
        File.WriteAllText(Folder("a").MetricsPath, Header + Rows(1, "val", null));
        File.WriteAllText(Folder("c").MetricsPath, Header + Rows(1, "val", 0.9)); // and no result

        var rung = FirstRung();

        Assert.That(Names(rung), Is.EqualTo("b a c d e f g"));
        Assert.That(rung.Ranking.Skip(1).Select(one => one.Value), Is.All.Null);
        Assert.That(Shown(_sweep.Stages.ElementAt(1)), Is.EqualTo("b3, seeds 4"), "not two");
    }

    [Test]
    public void Where_all_have_failed_the_search_ends_with_a_sentence() =>
        Assert.That(
            () => _sweep.Stages.Count(),
            Throws
                .InstanceOf<RunException>()
                .With.Message.EqualTo(
                    "none of 7 runs has mean.f of the validation split after epoch 1; "
                        + "the same command tries them again"
                )
        );

    // b went on, d went on and then lost its numbers to a damaged checkpoint.
    [Test]
    public void A_search_that_goes_on_leaves_out_of_a_rung_what_is_past_it()
    {
        Write(1, ("a", 0.1), ("b", 0.5), ("d", 0.6));
        foreach (var stage in _sweep.Stages.Take(2))
        {
            Claim(stage);
        }

        File.WriteAllText(Folder("d").MetricsPath, Header);

        Assert.That(Shown(_sweep.Stages.First()), Is.EqualTo("a1 c1 d3 e1 f1 g1, seeds 4"));
    }

    [TestCase(40, "3 9 27", "40 13 4")]
    [TestCase(7, "1 3 9", "7 2 1")]
    [TestCase(2, "1 100", "2 1")]
    [TestCase(10, "2 3", "10 6")]
    [TestCase(5, "4", "5")]
    public void A_rungs_share_of_the_next_ones_epochs_goes_on_rounded_down(int count, string rungs, string expected)
    {
        var halving = new Halving("mean.f", [.. rungs.Split(' ').Select(int.Parse)]);

        Assert.That(string.Join(' ', halving.Entrants(count)), Is.EqualTo(expected));
    }

    // 7 * 1 + 2 * 2 + 1 * 6 + 1 * 9 epochs; the baseline's are its own.
    [Test]
    public void Epochs_are_those_of_the_rungs_and_of_the_other_seeds_of_the_best()
    {
        var search = _sweep.Search!;

        Assert.That((search.Epochs, search.EpochsOfGrid, search.EpochsTrained), Is.EqualTo((26, 7 * 2 * 9, 0)));
        Assert.That(search.RunCount, Is.EqualTo(7 + 1 + 2), "with two of the baseline");
        Write(1, ("a", 0.1), ("b", 0.5));
        Write(3, ("b", 0.5));
        Assert.That(search.EpochsTrained, Is.EqualTo(4));
    }

    [Test]
    public void The_table_has_the_rank_of_all_and_what_was_saved()
    {
        Write(1, ("a", 0.1), ("b", 0.5), ("c", 0.2), ("d", 0.6), ("e", 0.3), ("f", 0.4));
        Write(3, ("b", 0.55), ("d", 0.5));
        Write(9, ("b", 0.7));
        HandMadeResult.Write(_runs, "b", 4, 0.5, 0.5);
        var table = new SweepTable(_sweep.Stages.Last(), [], _sweep.Search);

        Assert.That(
            table.Markdown(),
            Does.Contain(
                    """
                    | mean.f of validation | rank | after 1 | rank | after 3 | rank | after 9 |
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                    | b | 2 | 0.5000 | 1 | 0.5500 | 1 | 0.7000 |
                    | d | 1 | 0.6000 | 2 | 0.5000 |  |  |
                    | f | 3 | 0.4000 |  |  |  |  |
                    """.ReplaceLineEndings("\n")
                )
                .And.Contain("| g | 7 | failed |  |  |  |  |\n")
                .And.Contain(
                    "- the best by mean.f of the validation split, with seed 4: b, "
                        + "rank 2 of 7 after 1, 1 of 2 after 3, 1 of 1 after 9 epochs\n"
                )
                .And.Contain(
                    "- trained 16 of the 126 epochs of 7 configurations with 2 seeds to the end: 87 % saved\n"
                )
                .And.Contain("- g: its run has no mean.f after epoch 1, which ranks it last\n")
        );
        var lines = table.Csv().Split('\n').Select(line => line.Split(',')).ToArray();
        Assert.That(
            lines[0][^6..],
            Is.EqualTo(new[] { "rank.1", "mean.f.1", "rank.3", "mean.f.3", "rank.9", "mean.f.9" })
        );
        Assert.That(lines[2][^6..], Is.EqualTo(new[] { "2", "0.5", "1", "0.55", "1", "0.7" }), "b, the best");
        Assert.That(lines.Select(line => line[0]), Is.EqualTo("configuration base b a c d e f g ".Split(' ')));
        var json = table.Json()["halving"]!;
        Assert.That(
            (json["best"]!.GetValue<string>(), json["rungs"]![1]!["ranking"]![1]!["name"]!.GetValue<string>()),
            Is.EqualTo(("b", "d"))
        );
    }

    [Test]
    public void The_files_of_a_rung_name_its_one_seed_and_epochs()
    {
        _sweep.Stages.First().Write();

        var written = ExperimentFile.Load(Path.Combine(_sweep.Folder, "c", "experiment.yaml"), []).Experiment;

        Assert.That((written.Training.Epochs, written.Seeds.Single()), Is.EqualTo((1, 4)));
        Assert.That(written.Baseline, Is.EqualTo(Path.Combine(_sweep.Folder, "base", "experiment.yaml")));
    }

    // As RunClaim says: the result is kept under another name, and the run is not done any more.
    [Test]
    public void A_run_that_is_done_is_given_the_epochs_of_its_stage()
    {
        Write(1, ("b", 0.5));
        using var stages = _sweep.Stages.GetEnumerator();
        stages.MoveNext();
        Claim(stages.Current);
        Assert.That(Folder("b").IsDone, Is.True);
        stages.MoveNext();

        stages.Current.Write();

        var held = (MapNode)YamlReader.ReadFile(Folder("b").ExperimentPath);
        Assert.That((Folder("b").IsDone, TrainingConfig.EpochsIn(held)), Is.EqualTo((false, 3)));
        Assert.That(File.Exists(Path.Combine(Folder("b").Path, "result.epochs-1.json")), Is.True);
    }

    const string Header = "epoch,split,task,part,metric,value\n";

    Rung FirstRung() => new HalvedSweep(_sweep, new Halving("mean.f", [1])).Rungs().Single();

    RunFolder Folder(string name)
    {
        var folder = RunFolder.Of(_sweep.Folder, name, 4);
        Directory.CreateDirectory(folder.Path);
        return folder;
    }

    // What its process does first.
    static void Claim(Sweep stage)
    {
        stage.Write();
        foreach (var run in stage.Runs.Where(run => run.Configuration != stage.Baseline))
        {
            Directory.CreateDirectory(run.Folder.Path);
            File.Copy(run.ExperimentPath, run.Folder.ExperimentPath, overwrite: true);
        }
    }

    void Write(int epoch, params (string Name, double Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            var path = Folder(name).MetricsPath;
            File.AppendAllText(path, (File.Exists(path) ? "" : Header) + Rows(epoch, "val", value));
            File.WriteAllText(Folder(name).ResultPath, "{}");
        }
    }

    static string Rows(int epoch, string split, double? value)
    {
        var text = value?.ToString("R", CultureInfo.InvariantCulture);
        return $"{epoch},{split},ground,grass,f,{text}\n{epoch},{split},light,dim_light,f,{text}\n";
    }

    static string Names(Rung rung) => string.Join(' ', rung.Ranking.Select(one => one.Configuration.Name));

    static string Shown(Sweep stage)
    {
        var trained = stage.Configurations.Select(one => $"{one.Name}{TrainingConfig.EpochsIn(one.Resolved)}");
        return $"{string.Join(' ', trained)}, seeds {string.Join(' ', stage.Seeds)}";
    }
}
