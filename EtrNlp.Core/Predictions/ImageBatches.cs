using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using static TorchSharp.torch;

namespace EtrNlp.Core.Predictions;

/// <summary>Image files as batches, in their order; those that cannot be used are left out and kept in mind.</summary>
/// <param name="source">The dataset that they are to look like.</param>
/// <param name="size">The size they are stretched to; null: as the dataset brings them to its size.</param>
/// <param name="batchSize">Images of a batch but the last.</param>
/// <param name="device">Where batches go.</param>
sealed class ImageBatches(IDatasetSource source, ImageSize? size, int batchSize, Device device)
{
    readonly ImageSize _size = size ?? source.Size;

    /// <summary>What could not be used.</summary>
    public Mistakes Unusable { get; } =
        new(count => $"images that cannot be used ({count:N0})", "The others are predicted; copy or convert these.");

    /// <summary>The batches; the tensors of one are freed when the next is asked for.</summary>
    public IEnumerable<NamedBatch> Of(IEnumerable<ImageFile> files)
    {
        foreach (var some in files.Select(Read).OfType<PredictedImage>().Chunk(batchSize))
        {
            var images = new PredictedImages(some);
            var stream = new BatchStream(images, _size, source.Normalization, [], batchSize, device, []);
            foreach (var batch in stream.Evaluation(Split.Test))
            {
                yield return new NamedBatch(batch, images, Split.Test, 0, i => some[i].Seen);
            }
        }
    }

    PredictedImage? Read(ImageFile file)
    {
        try
        {
            var image = ImageDecoder.Decode(ImageDecoder.Read(file), file.Name);
            var part = size is { } wanted ? ScaledPart.Whole(wanted) : source.Place(image.Size);
            if (part.Size == _size)
            {
                var seen = new SeenPart(image.Size, part);
                var pixels = TriangleResize.Resize(image, part).Pixels;
                return new PredictedImage(file.Name, pixels, seen, []); // nothing is predicted yet
            }

            Unusable.Add(
                $"{file.Name} becomes {part.Size} and the network's images are {_size}, to which --size stretches"
            );
        }
        catch (DataException e)
        {
            Unusable.Add(e.Message);
        }

        return null;
    }
}
