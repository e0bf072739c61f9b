using System.Security.Cryptography;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>Files of maps, one for each image, kept beside the images at the same size.</summary>
public static class MapFiles
{
    // Counts up where the same file gives other numbers than before, so that packs are made anew.
    const int Rules = 1;

    /// <summary>What files of maps are called in messages.</summary>
    public const string What = "maps";

    /// <summary>
    /// What is kept of them: the part of each map that is kept of its image, which it must be as large as, scaled
    /// without mixing values.
    /// </summary>
    public static PixelRule Rule(
        IMapFile map,
        IReadOnlyList<ImageFile> files,
        IReadOnlyList<ImageFile> images,
        PackedImages pack,
        ImageSizing sizing
    ) =>
        new(
            What,
            $"rules {Rules}; {map.Text}; {sizing.Text}; "
                + $"of {Convert.ToHexStringLower(SHA256.HashData(pack.Sources.Hashes.Span))}",
            map.PixelBytes,
            () => pack.Size,
            (file, index) =>
            {
                var read = map.Read(file, files[index].Name);
                var size = sizing.Published?.Size ?? ImageDecoder.ReadSize(images[index]);
                return read.Size == size
                    ? NearestResize.Resize(read, map.PixelBytes, sizing.Place(size))
                    : throw new DataException(
                        $"{files[index].Name} is {read.Size} and its image {images[index].Name} is {size}; "
                            + "a map has a value for every pixel"
                    );
            }
        )
        {
            Summary = $"{map.Summary}, {sizing.Text}, nearest",
            Remedy = PixelRule.RemedyFor(sizing, map.Remedy),
        };
}
