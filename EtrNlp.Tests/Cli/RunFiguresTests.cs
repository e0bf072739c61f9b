using EtrNlp.Core.Results;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Figures of runs whose numbers were written by hand.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunFiguresTests : IDisposable
{
    const string Header = "epoch,split,task,part,metric,value\n";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Runs => _folder.File("runs");

    string Figure => _folder.File("figure");

    void Write(string name, int seed, double precision, string more = "", string metrics = "")
    {
        HandMadeResult.Write(_folder, name, seed, precision, recall: 0.4, more: more);
        File.WriteAllText(Path.Combine(Runs, name, $"seed-{seed}", "metrics.csv"), Header + metrics);
    }

    async Task<(string[] Rows, string Drawing, string Said)> Made(params string[] command)
    {
        var (code, output, error) = await Etrnlp.Run(["analyze", .. command, "--out", Figure]);
        Assert.That((code, output), Is.EqualTo((0, "")), error);
        return (File.ReadAllLines($"{Figure}.csv"), File.ReadAllText($"{Figure}.svg"), error);
    }

    // The tasks' means are 0.3 and 0.5 at epoch 1. Only the first seed has an epoch 2.
    [Test]
    public async Task A_progression_is_the_mean_over_seeds_of_each_task_and_of_all()
    {
        Write("a", 0, 0.5, metrics: "1,val,hair,,f,0.2\n1,val,face,,f,0.4\n2,val,hair,,f,0.6\n2,val,face,,f,\n");
        Write("a", 1, 0.5, metrics: "1,val,hair,,f,0.5\n1,val,face,,f,0.5\n1,val,face,nose,f,0.9\n");

        var (rows, drawing, _) = await Made("progression", Runs);

        Assert.That(
            rows,
            Is.EqualTo(
                new[]
                {
                    "configuration,split,metric,task,epoch,mean,low,high,seeds",
                    "a,val,f,mean,1,0.4,0.30000000000000004,0.5,2",
                    "a,val,f,hair,1,0.35,0.2,0.5,2",
                    "a,val,f,face,1,0.45,0.4,0.5,2",
                    "a,val,f,hair,2,0.6,0.6,0.6,1",
                }
            )
        );
        Assert.That(drawing, Does.Contain("val f over epochs").And.Contain(">mean of tasks<").And.Contain(">face<"));
    }

    [Test]
    public async Task A_test_split_that_was_evaluated_every_epoch_is_what_progresses()
    {
        Write("a", 0, 0.5, metrics: "1,val,hair,,loss,0.2\n1,test,hair,,loss,0.3\n2,test,hair,,loss,0.1\n");

        var (rows, _, _) = await Made("progression", Runs);
        var (validation, _, _) = await Made("progression", Runs, "--split", "val");

        Assert.That(rows, Does.Contain("a,test,loss,hair,2,0.1,0.1,0.1,1"));
        Assert.That(validation[1..], Has.All.StartsWith("a,val,loss,"));
    }

    [Test]
    public async Task The_effect_of_the_setting_that_differs_is_drawn_over_its_values()
    {
        Write("high", 0, 0.75, "routing: {kind: etr, gamma: 0.9}\n");
        Write("low", 0, 0.25, "routing: {kind: etr, gamma: 0.5}\n");
        Write("low", 1, 0.75, "routing: {kind: etr, gamma: 0.5}\n");

        var (rows, drawing, _) = await Made("effect", Runs);

        Assert.That(rows[0], Is.EqualTo("axis,value,metric,split,mean,low,high,seeds"));
        Assert.That(rows[1], Is.EqualTo("routing.gamma,0.5,precision,test,0.5,0.25,0.75,2"));
        Assert.That(rows[2], Is.EqualTo("routing.gamma,0.9,precision,test,0.75,0.75,0.75,1"));
        Assert.That(rows, Has.Length.EqualTo(5));
        Assert.That(drawing, Does.Contain("runs: effect of routing.gamma, test"));
    }

    [Test]
    public async Task Configurations_that_differ_in_more_stand_by_their_names()
    {
        Write("plain", 0, 0.25);
        Write("routed", 0, 0.75, "routing: {kind: etr, gamma: 0.5}\n");

        var (rows, drawing, _) = await Made("effect", Runs);
        var (routed, _, said) = await Made("effect", Runs, "--axis", "routing.gamma");

        Assert.That(rows, Does.Contain("configuration,plain,precision,test,0.25,0.25,0.25,1"));
        Assert.That(drawing, Does.Contain(">routed<"));
        Assert.That(routed, Has.Length.EqualTo(3).And.Contain("routing.gamma,0.5,recall,test,0.4,0.4,0.4,1"));
        Assert.That(said, Does.StartWith("plain has no setting routing.gamma and is left out\n"));
    }

    [Test]
    public async Task What_runs_do_not_have_is_told_in_one_sentence()
    {
        Write("a", 0, 0.5, metrics: "1,val,hair,,f,0.2\n");
        Write("b", 0, 0.5);
        (string[] Command, string Said)[] mistakes =
        [
            (["progression", Runs, "--metric", "ff"], "--metric ff: split val has f; did you mean 'f'?"),
            (["progression", Runs, "--split", "test"], "no run has recorded the split test yet"),
            (["effect", Runs, "--axis", "routing.gama"], "no finished run has a setting routing.gama"),
            (["effect", Runs, "--axis", "backbone.width"], "a and b have the same backbone.width 1; name the folder"),
            (["effect", _folder.File("none")], "there is no folder"),
        ];
        foreach (var (command, said) in mistakes)
        {
            var (code, output, error) = await Etrnlp.Run(["analyze", .. command, "--out", Figure]);
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.Contain($"etrnlp: {said}"));
        }
    }

    [Test]
    public void Evaluating_the_test_split_every_epoch_changes_nothing_but_what_is_recorded()
    {
        using TinyExperiment plain = new(), recorded = new();
        plain.Train();
        recorded.Train(["training.evaluate_test=true"]);

        var (without, with) = (Metrics(plain), Metrics(recorded));

        Assert.That(with.Where(row => !row.Contains(",test,")), Is.EqualTo(without));
        Assert.That(with.Where(row => row.Contains(",test,ground,,f,")).Select(row => row[0]), Is.EqualTo("12"));
        var (first, second) = (plain.Folder().ResultPath, recorded.Folder().ResultPath);
        Assert.That(Result(second).Tasks, Is.EqualTo(Result(first).Tasks));
        Assert.That(Result(second).Checkpoint, Is.EqualTo(Result(first).Checkpoint));

        static string[] Metrics(TinyExperiment tiny) => File.ReadAllLines(tiny.Folder().MetricsPath);

        static RunResult Result(string path) => RunResult.Read(path);
    }
}
