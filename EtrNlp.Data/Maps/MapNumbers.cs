using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>The numbers of a PNG or .npy file, told by its first bytes.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Type">What a number is: that of a PNG, or numpy's.</param>
/// <param name="Values">The numbers, [H, W, channels].</param>
sealed record MapNumbers(ImageSize Size, string Type, double[] Values)
{
    /// <summary>Reads a file whose numbers are of certain types; a last axis of length 1 may be left out.</summary>
    /// <exception cref="DataException">It is damaged, of another shape or another type.</exception>
    public static MapNumbers Read(byte[] file, string name, int channels, Func<string, bool> isOfType, string expected)
    {
        var (size, type, values) = NpyHeader.Begins(file) ? OfNpy(file, name, channels) : OfPng(file, name);
        return !isOfType(type) ? throw new DataException($"{name} is {type}, expected {expected}")
            : values.Length != (long)size.Height * size.Width * channels
                ? throw new DataException($"{name} is {type}, expected {channels} numbers a pixel")
            : new MapNumbers(size, type, values);
    }

    /// <summary>Reads an array of numbers of any type.</summary>
    /// <exception cref="DataException">It is damaged, or of another shape.</exception>
    public static MapNumbers ReadArray(byte[] file, string name, int channels) =>
        NpyHeader.Begins(file) ? Read(file, name, channels, _ => true, "numbers")
        : file.Length == 0 ? throw new DataException($"{name} is empty")
        : throw new DataException($"{name} is no array of numpy (.npy)");

    static (ImageSize Size, string Type, double[] Values) OfPng(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        return (png.Size, png.Format.ToString(), Array.ConvertAll(png.Values, value => (double)value));
    }

    static (ImageSize Size, string Type, double[] Values) OfNpy(byte[] file, string name, int channels)
    {
        var array = NpyArray.Read(file, name);
        return
            array.Shape is [> 0 and var height, > 0 and var width, ..]
            && (channels == 1 && array.Shape.Length == 2 || array.Shape.Length == 3 && array.Shape[2] == channels)
            ? (new ImageSize((int)height, (int)width), array.Type, array.Values)
            : throw new DataException(
                $"{name} has the shape ({string.Join(", ", array.Shape)}), "
                    + $"expected (height, width, {channels}){(channels == 1 ? " or (height, width)" : "")}"
            );
    }
}
