using System.Buffers.Binary;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NyuV2;

/// <summary>
/// A published set of normals, <c>normals_gt</c>: for each image a PNG of components n = v / 127.5 - 1 and a PNG that
/// is 0 where the normal is not valid. The axes are those of the set.
/// </summary>
sealed class PublishedNormals(Window window) : IMapFile
{
    const int Axes = 3;
    const string Folder = "normals_gt";

    readonly NormalMap _map = new("", NormalEncoding.Unit8);

    /// <inheritdoc/>
    public string Summary => "published normals";

    /// <inheritdoc/>
    public string Text => $"published {_map.Text} with masks, {window}";

    /// <inheritdoc/>
    public int PixelBytes => _map.PixelBytes;

    /// <summary>The normals of some images, each with its mask behind it.</summary>
    /// <exception cref="DataException">Some are missing.</exception>
    public static IReadOnlyList<ImageFile> In(string folder, IReadOnlyList<int> numbers)
    {
        return [.. Of("normals").Zip(Of("masks"), WithMask)];

        IReadOnlyList<ImageFile> Of(string kind) =>
            new NumberedPngs(kind, [Path.Combine(folder, Folder, kind)], "").Of(numbers);
    }

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(file);
        var normals = _map.Read(file[sizeof(int)..(sizeof(int) + length)], name);
        var mask = PngSamples.Read(file[(sizeof(int) + length)..], $"the mask of {name}");
        if (normals.Size != Window.Stored || mask.Size != Window.Stored)
        {
            throw new DataException($"{name} is {normals.Size} and its mask {mask.Size}, expected {Window.Stored}");
        }

        var known = Floats.Of(normals.Pixels.Span).ToArray();
        for (var i = 0; i < known.Length; i++)
        {
            known[i] = mask.Values[i / Axes * mask.Format.Channels] == 0 ? 0 : known[i];
        }

        return window.Cut(Floats.Grid(known, Window.Stored), PixelBytes);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => _map.Find(map);

    static ImageFile WithMask(ImageFile normals, ImageFile mask) =>
        normals with
        {
            Part = new FilePart(
                "with its mask",
                () =>
                {
                    var (first, second) = (ImageDecoder.Read(normals), ImageDecoder.Read(mask));
                    var length = new byte[sizeof(int)];
                    BinaryPrimitives.WriteInt32LittleEndian(length, first.Length);
                    return [.. length, .. first, .. second];
                }
            )
            {
                Beside = mask,
            },
        };
}
