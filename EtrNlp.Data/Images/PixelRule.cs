using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>Some bytes for every pixel, [H, W, bytes of a pixel].</summary>
public readonly record struct PixelGrid(ReadOnlyMemory<byte> Pixels, ImageSize Size);

/// <summary>What a pack keeps of each file of a list.</summary>
/// <param name="What">What the files are called in messages, in the plural.</param>
/// <param name="Text">All that the kept bytes depend on besides the files; equal texts mean equal rules.</param>
/// <param name="PixelBytes">Bytes of a pixel.</param>
/// <param name="Size">Height and width of everything that is kept.</param>
/// <param name="Apply">What is kept of a file, given its bytes and its position in the list.</param>
public sealed record PixelRule(
    string What,
    string Text,
    int PixelBytes,
    Func<ImageSize> Size,
    Func<byte[], int, PixelGrid> Apply
)
{
    /// <summary>What the files are called where nothing else is said.</summary>
    public const string Images = "images";

    /// <summary>How files are brought to their size, as people say it.</summary>
    public string Summary { get; init; } = Text;

    /// <summary>What is to be done about files that are broken.</summary>
    public string Remedy { get; init; } = OfTable(null);

    /// <summary>Images as interleaved RGB bytes, scaled.</summary>
    public static PixelRule OfImages(IReadOnlyList<ImageFile> files, ImageSizing sizing) =>
        new(
            Images,
            $"{ImageDecoder.Version}; {sizing.Text}",
            3,
            () => sizing.Size ?? sizing.Place(ImageDecoder.ReadSize(files[0])).Size,
            (file, index) =>
            {
                var image = sizing.Read(file, files[index].Name);
                return new PixelGrid(image.Pixels, image.Size);
            }
        )
        {
            Summary = $"{sizing.Text}, antialiased bilinear",
            Remedy = RemedyFor(sizing),
        };

    /// <summary>What is to be done about broken files of images of that kind; published ones are in no table.</summary>
    /// <param name="sizing">How they are brought to their size.</param>
    /// <param name="other">What else may be done about those of a table.</param>
    public static string RemedyFor(ImageSizing sizing, string? other = null) =>
        sizing.Published is null ? OfTable(other) : "Copy them again.";

    static string OfTable(string? other) =>
        $"Copy or convert them again, {(other is null ? "" : $"{other}, ")}or take their rows out of the table.";
}
