using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

/// <summary>On the CPU the file, the seed and the number of threads decide every bit.</summary>
[Category("Slow")]
public sealed class RepeatabilityTests
{
    [TestCase("steady_state", 1)]
    [TestCase("synchronized", 1)]
    [TestCase("synchronized", 2)]
    public void The_same_file_gives_the_same_bits_and_another_seed_gives_others(string update, int threads)
    {
        using var tiny = new TinyExperiment();
        string[] overrides =
        [
            $"training.update={update}",
            "training.epochs=1",
            "operation.kind=nlp",
            $"threads={threads}",
        ];
        tiny.Train([.. overrides, "seeds=[0, 1]"]);
        tiny.Train(overrides, tiny.Options() with { RunsFolder = tiny.Runs + "2" });

        var (first, second) = (RunState.Of(tiny.Folder()), RunState.Of(RunFolder.Of(tiny.Runs + "2", "rival", 0)));
        var other = PlainCheckpoint.Read(tiny.Folder(seed: 1).LastCheckpoint);
        second.AssertEquals(first);
        Assert.That(other.Bits.SequenceEqual(first.Last), Is.False);
        Assert.That(other.Metadata["seed"], Is.EqualTo("1"));
    }

    // The rival draws more tensors than its baseline; each is keyed by its own name, so that this moves none of the
    // others.
    [Test]
    public void A_baseline_and_its_rival_start_from_the_same_stem_shortcuts_and_heads()
    {
        using var tiny = new TinyExperiment();
        using var rival = Start(tiny.Rival, seed: 3);
        using var baseline = Start(tiny.Base, seed: 3);

        var shared = rival.Tensors.Parameters.Keys.Intersect(baseline.Tensors.Parameters.Keys).ToArray();

        Assert.That(
            shared,
            Has.Some.Contains("stem").And.Some.Contains("heads.ground").And.Some.Contains("heads.light")
        );
        Assert.That(
            shared.Where(name => !SameBits(rival.Tensors.Parameters[name], baseline.Tensors.Parameters[name])),
            Is.Empty
        );
    }

    [Test]
    public void A_baseline_and_its_rival_see_the_images_in_the_same_order()
    {
        using var tiny = new TinyExperiment();
        using var rival = PreparedExperiment.Open(
            ExperimentFile.Load(tiny.Rival, []),
            tiny.Runs,
            torch.CPU,
            _ => { },
            default
        );
        using var baseline = PreparedExperiment.Open(
            ExperimentFile.Load(tiny.Base, []),
            tiny.Runs,
            torch.CPU,
            _ => { },
            default
        );

        Assert.That(Pixels(rival, seed: 3, epoch: 2), Is.EqualTo(Pixels(baseline, seed: 3, epoch: 2)));
        Assert.That(Pixels(rival, seed: 3, epoch: 2), Is.Not.EqualTo(Pixels(rival, seed: 3, epoch: 1)));
        Assert.That(Pixels(rival, seed: 3, epoch: 2), Is.Not.EqualTo(Pixels(rival, seed: 4, epoch: 2)));
    }

    // The trunks are of other widths below the stem, so that equal names need not mean equal shapes.
    static bool SameBits(torch.Tensor a, torch.Tensor b) =>
        !a.shape.SequenceEqual(b.shape) || torch.allclose(a, b, rtol: 0, atol: 0);

    static Network Start(string path, int seed)
    {
        var experiment = ExperimentFile.Load(path, []).Experiment;
        return new Network(NetworkPlanner.Plan(experiment, experiment.Dataset.Size), seed, torch.CPU);
    }

    static double[] Pixels(PreparedExperiment bench, int seed, int epoch) =>
        [.. bench.Batches.Training(seed, epoch).Select(batch => batch.Images[0].sum().ToDouble())];
}
