using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Labels of single pixels, known or not, kept batch by batch to find what the best constant prediction is: all of
/// them, or evenly spread ones of a large batch.
/// </summary>
sealed class PixelSamples : IDisposable
{
    const long MostOfBatch = 1 << 16;

    readonly List<Tensor> _batches = [];

    /// <summary>The labels of each batch, [pixels, numbers].</summary>
    public IReadOnlyList<Tensor> Batches => _batches;

    /// <summary>Keeps labels [pixels, numbers].</summary>
    public void Add(Tensor labels)
    {
        // odd, so that not the same columns of every row are met
        var step = ((labels.shape[0] + MostOfBatch - 1) / MostOfBatch) | 1;
        _batches.Add(labels.slice(0, 0, labels.shape[0], step).clone().DetachFromDisposeScope());
    }

    /// <summary>Frees them.</summary>
    public void Dispose() => _batches.ForEach(batch => batch.Dispose());
}
