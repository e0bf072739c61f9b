using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Scenes;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Experiments;

public sealed class ExperimentFileTests
{
    [Test]
    public void Overrides_of_what_must_be_equal_reach_the_baseline_and_others_do_not()
    {
        using var tiny = new TinyExperiment();
        var file = ExperimentFile.Load(
            tiny.Rival,
            [
                $"baseline={tiny.Base}",
                "training.epochs=7",
                "dataset.train=99",
                "tasks.0.columns=[grass]",
                "seeds=[4, 5]",
                "threads=3",
                "name=other",
                "routing.gamma=0.25",
                "backbone.width=1",
            ]
        );

        var baseline = file.LoadBaseline()!.Experiment;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(baseline.Training.Epochs, Is.EqualTo(7));
            Assert.That(((ScenesSource)baseline.Dataset).Train, Is.EqualTo(99));
            Assert.That(baseline.Tasks[0].Kind.Columns, Is.EqualTo(new[] { "grass" }));
            Assert.That(baseline.Seeds, Is.EqualTo(new[] { 4, 5 }));
            Assert.That(baseline.Threads, Is.EqualTo(3));
            Assert.That(baseline.Name, Is.EqualTo("base"));
            Assert.That(baseline.Backbone.ToString(), Does.Contain("0.125"));
            Assert.That(baseline.Update, Is.EqualTo(UpdateStrategy.Joint));
        }
    }

    [Test]
    public void No_baseline_is_no_baseline()
    {
        using var tiny = new TinyExperiment();

        Assert.That(ExperimentFile.Load(tiny.Rival, []).LoadBaseline(), Is.Null);
    }

    [TestCase("baseline: missing.yaml", "baseline: there is no file ")]
    [TestCase("baseline: same-name.yaml", "two experiments cannot share a run folder")]
    [TestCase(
        "baseline: other-columns.yaml",
        "other-columns.yaml: 'overcast' is measured by one of the two only; "
            + "delta_p compares runs of the same tasks and classes"
    )]
    public void A_baseline_that_cannot_serve_is_refused_at_its_line(string line, string reason)
    {
        using var tiny = new TinyExperiment();
        var text = File.ReadAllText(tiny.Rival);
        tiny.Write("same-name.yaml", text);
        tiny.Write(
            "other-columns.yaml",
            File.ReadAllText(tiny.Base).Replace(", overcast", "", StringComparison.Ordinal)
        );
        var path = tiny.Write("with-baseline.yaml", $"{line}\n{text}");

        var refusal = Assert.Throws<ConfigException>(() => ExperimentFile.Load(path, []).LoadBaseline());

        Assert.That(refusal.Message, Does.StartWith($"{path}(1,11): ").And.Contain(reason));
    }

    [Test]
    public void The_resolved_file_shows_the_loop_that_was_chosen_and_reads_back_as_the_same_experiment()
    {
        using var tiny = new TinyExperiment();
        var file = ExperimentFile.Load(tiny.Rival, []);

        var again = ExperimentFile.Load(tiny.Write("resolved.yaml", YamlWriter.Write(file.Resolved)), []);

        Assert.That(again.Experiment.Training.Update, Is.EqualTo(UpdateStrategy.SteadyState));
        Assert.That(Identity.Of(again.Resolved), Is.EqualTo(Identity.Of(file.Resolved)));
    }

    [Test]
    public void A_loop_the_routing_cannot_do_is_refused_at_its_key()
    {
        using var tiny = new TinyExperiment();

        var refusal = Assert.Throws<ConfigException>(() => ExperimentFile.Load(tiny.Rival, ["training.update=joint"]));

        Assert.That(
            refusal.Message,
            Does.StartWith(
                "--set training.update=joint: training.update: this routing cannot be trained by joint; use "
            )
        );
    }
}
