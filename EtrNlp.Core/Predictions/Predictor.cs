using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using static TorchSharp.torch;

namespace EtrNlp.Core.Predictions;

/// <summary>Passes batches through a network as an evaluation does, and takes apart what it says into images.</summary>
sealed class Predictor(Network network, ImmutableArray<LearningTask> tasks, RouteThreads team)
{
    /// <summary>What is predicted for the images of a batch, in their order.</summary>
    public IEnumerable<PredictedImage> Predict(NamedBatch batch)
    {
        var found = new PredictedTask[tasks.Length]; // of the whole batch
        Evaluator.ForEachTask(
            network,
            batch.Batch.Images,
            team,
            (task, outputs) =>
            {
                var prediction = tasks[task].Kind.Predict(outputs);
                var probabilities = prediction.Probabilities is { } some ? Numbers(some) : [];
                found[task] = new PredictedTask(tasks[task], Numbers(prediction.Labels), probabilities);
            }
        );
        var count = batch.Batch.Count;
        return Enumerable
            .Range(0, count)
            .Select(i => new PredictedImage(
                batch.NameOf(i),
                batch.PixelsOf(i),
                batch.Seen(i),
                [
                    .. found.Select(task => new PredictedTask(
                        task.Task,
                        Part(task.Labels, i, count),
                        Part(task.Probabilities, i, count)
                    )),
                ]
            ));
    }

    // The channels of a pixel side by side, as maps are read.
    static float[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        var ordered = values.dim() == 4 ? values.permute(0, 2, 3, 1) : values;
        return [.. ordered.to(ScalarType.Float32).contiguous().cpu().data<float>()];
    }

    static float[] Part(float[] all, int i, int of) => all.AsSpan(i * (all.Length / of), all.Length / of).ToArray();
}
