using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>The image of a figure: a number among the images of a split, or the path of an image file.</summary>
/// <param name="Text">What the user wrote.</param>
/// <param name="Split">The split that a number is of.</param>
public sealed record ChosenImage(string Text, Split Split)
{
    /// <summary>What it is called in figures: val 0, or the name of the file.</summary>
    public string Name =>
        NumberOf(Text) is { } number
            ? FormattableString.Invariant($"{Values.SnakeCase(Split)} {number}")
            : Path.GetFileName(Text);

    /// <summary>Whether it is a number, for which the data must be opened.</summary>
    public bool IsOfSplit => NumberOf(Text) is not null;

    /// <summary>
    /// The image in the size that the network of an experiment takes. An image of the split is as it is trained on; a
    /// file is scaled to that size, height and width each for itself.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="dataset">Its data, opened; null where the image is a file.</param>
    /// <exception cref="DataException">There is no such image.</exception>
    internal RgbImage Read(Experiment experiment, IDataset? dataset)
    {
        var size = experiment.Dataset.Size;
        return NumberOf(Text) is { } number
            ? OfSplit(number, size, dataset!)
            : ImageSizing.Stretch(size).Read(ImageDecoder.Read(new ImageFile(Text, Text)), Text);
    }

    /// <summary>The input of a network, [1, 3, H, W] in float32.</summary>
    internal static Tensor Input(RgbImage image, PixelNormalization normalization, Device device)
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(image.Pixels.ToArray(), [1, image.Size.Height, image.Size.Width, 3], device: device)
            .permute(0, 3, 1, 2)
            .to(ScalarType.Float32)
            .div(Scalars.Of(byte.MaxValue));
        return pixels
            .sub(PerChannel(normalization.Mean, device))
            .div(PerChannel(normalization.Std, device))
            .MoveToOuterDisposeScope();
    }

    static int? NumberOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    RgbImage OfSplit(int number, ImageSize size, IDataset dataset)
    {
        var count = dataset.Count(Split);
        if (number >= count)
        {
            throw new DataException(
                FormattableString.Invariant($"image {number}: split {Values.SnakeCase(Split)} has {count} images, ")
                    + "numbered from 0; choose another image or --split, or name an image file"
            );
        }

        var pixels = new byte[size.Height * size.Width * 3];
        dataset.ReadImages(Split, [number], pixels);
        return new RgbImage(pixels, size);
    }

    static Tensor PerChannel(IReadOnlyList<double> values, Device device) =>
        BatchStream.PerChannel(values, device).view(1, 3, 1, 1);
}
