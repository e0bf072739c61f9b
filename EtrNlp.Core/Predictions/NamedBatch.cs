using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Predictions;

/// <summary>A batch, and the images it is made of.</summary>
/// <param name="Batch">On the device.</param>
/// <param name="Images">What has the images.</param>
/// <param name="Split">The split they are in.</param>
/// <param name="First">The position of the first one.</param>
/// <param name="Seen">What the network sees of one, by its number in the batch.</param>
sealed record NamedBatch(Batch Batch, ILabelledImages Images, Split Split, int First, Func<int, SeenPart> Seen)
{
    /// <summary>The name of an image of the batch.</summary>
    public string NameOf(int i) => Images.NameOf(Split, First + i);

    /// <summary>Its RGB bytes [H, W, 3].</summary>
    public byte[] PixelsOf(int i)
    {
        var pixels = new byte[Batch.Images.shape[1] * Batch.Images.shape[2] * Batch.Images.shape[3]];
        Images.ReadImages(Split, [First + i], pixels);
        return pixels;
    }
}
