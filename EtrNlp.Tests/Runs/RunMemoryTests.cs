using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

[NonParallelizable]
[Category("Slow")]
public sealed class RunMemoryTests
{
    // 10 epochs of 30 steps, each evaluated. At the end of an epoch no batch is being read ahead.
    [TestCase("steady_state", "equal")]
    [TestCase("synchronized", "equal")]
    [TestCase("synchronized", "pcgrad")]
    [TestCase("joint", "equal")]
    [TestCase("joint", "dwa")]
    [TestCase("joint", "famo")]
    [TestCase("joint", "gradnorm")]
    [TestCase("joint", "mgda_ub")]
    [TestCase("joint", "pcgrad")]
    public void Three_hundred_steps_and_ten_evaluations_keep_no_tensor_and_no_memory(string update, string weighting)
    {
        using var tiny = new TinyExperiment();
        var (tensors, memory) = (new List<long>(), new List<long>());
        var observer = new WatchingObserver(
            batch =>
            {
                if (batch.Batch == batch.Batches)
                {
                    tensors.Add(torch.Tensor.TotalCount);
                }
            },
            _ => memory.Add(ResidentMemory.Settled())
        );

        string[] overrides =
        [
            "training.epochs=10",
            "dataset.train=120",
            "dataset.image_size=16",
            $"training.update={update}",
            $"weighting.kind={weighting}",
        ];

        var file = update == "joint" ? tiny.Base : tiny.Rival;
        var kept = LiveTensors.KeptBy(() => tiny.Train(overrides, observer: observer, file: file));

        Assert.That(tensors.Skip(1), Is.All.LessThanOrEqualTo(tensors[1]));
        Assert.That(memory[^1] - memory[3], Is.LessThan(16 << 20), "bytes gained over the last six epochs");
        Assert.That(kept, Is.LessThanOrEqualTo(0), "tensors left when the run is done");
    }
}
