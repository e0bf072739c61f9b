using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Predictions;

/// <summary>Whether a network for images of another size can take a checkpoint's numbers.</summary>
static class StoredShapes
{
    /// <summary>Refuses a plan that has a tensor of another shape than the checkpoint.</summary>
    /// <exception cref="DataException">It has one.</exception>
    internal static void Require(SavedRun run, NetworkPlan plan, ImageSize size)
    {
        var stored = SafeTensors.Open(run.CheckpointPath).Tensors;
        foreach (var (name, shape) in Checkpoint.ShapesOf(plan))
        {
            if (stored.TryGetValue(name, out var there) && !there.Shape.SequenceEqual(shape))
            {
                throw new DataException(
                    $"--size {size}: {name} is [{string.Join(", ", there.Shape)}] in the checkpoint and would have to "
                        + $"be [{string.Join(", ", shape)}], since the network keeps something for every pixel "
                        + "(the primitive perturb does); leave --size out"
                );
            }
        }
    }
}
