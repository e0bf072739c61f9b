using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>
/// Images as arrays [H, W, 3]: numbers from 0 to 1, which become 8 bits, or bytes. Published ones were made of 8 bits,
/// so that nothing is lost; a remark names those that were not.
/// </summary>
sealed class ArrayImages(ImageSize size, Remarks remarks) : IPublishedImages
{
    const int Channels = 3;

    // How far a number may be from k/255 by its own rounding: half precision has 11 bits, single precision 24.
    const double OfHalf = 1.0 / (1 << 10);
    const double OfSingle = 1.0 / (1 << 23);

    /// <inheritdoc/>
    public string Text => $"arrays {Size}";

    /// <inheritdoc/>
    public ImageSize Size { get; } = size;

    /// <summary>The images like the first of a list.</summary>
    /// <exception cref="DataException">It is no image.</exception>
    public static ArrayImages Like(ImageFile first, Remarks remarks) =>
        new(MapNumbers.ReadArray(ImageDecoder.Read(first), first.Name, Channels).Size, remarks);

    /// <inheritdoc/>
    public RgbImage Decode(byte[] file, string name)
    {
        var numbers = MapNumbers.ReadArray(file, name, Channels);
        if (numbers.Size != Size)
        {
            throw new DataException($"{name} is {numbers.Size} and the first image is {Size}; two sizes are mixed");
        }

        var most = numbers.Type == "'|u1'" ? byte.MaxValue : 1;
        var tolerance = byte.MaxValue * (numbers.Type.Contains("f2", StringComparison.Ordinal) ? OfHalf : OfSingle);
        var (pixels, isRounded) = (new byte[numbers.Values.Length], false);
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = numbers.Values[i];
            if (!(value >= 0 && value <= most))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has {value} in {Size.PlaceOf(i / Channels)}, ")
                        + "expected 0 to 1, or bytes"
                );
            }

            var scaled = value * byte.MaxValue / most;
            pixels[i] = (byte)Math.Round(scaled, MidpointRounding.ToEven);
            isRounded |= Math.Abs(scaled - pixels[i]) > tolerance;
        }

        if (isRounded)
        {
            remarks.Add("numbers are no 8-bit ones (k / 255) and are rounded to them", name);
        }

        return new RgbImage(pixels, Size);
    }
}
