using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Profiling;

/// <summary>The training images as batches of one size without end, so that each costs the same.</summary>
static class WholeBatches
{
    /// <summary>
    /// The whole batches of epoch 1, 2, 3 and so on; all images make one where they are fewer than a batch.
    /// </summary>
    internal static IEnumerable<Batch> Of(PreparedExperiment bench, Func<int, IEnumerable<Batch>> epoch)
    {
        var size = Math.Min(bench.File.Experiment.Training.BatchSize, bench.Dataset.Count(Split.Train));
        return Enumerable.Range(1, int.MaxValue).SelectMany(epoch).Where(batch => batch.Count == size);
    }
}
