using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NyuV2;

/// <summary>Ready-made maps of 13 classes: 8-bit grey PNG of 480x640; 0 is void, 1 to 13 are the classes.</summary>
sealed class PngClasses(Window window) : IMapFile
{
    const string Prefix = "new_nyu_class13_";

    /// <inheritdoc/>
    public string Summary => "13-class PNG files";

    /// <inheritdoc/>
    public string Text => $"13 classes of PNG, {window}";

    /// <summary>The position of the class; 255 where there is none.</summary>
    public int PixelBytes => 1;

    /// <summary>The files of some images, in the folder or those in it.</summary>
    /// <exception cref="DataException">Some are missing.</exception>
    public static IReadOnlyList<ImageFile> In(string folder, IReadOnlyList<int> numbers) =>
        new NumberedPngs(
            "maps of 13 classes",
            [folder, .. Folders.List(folder, Directory.EnumerateDirectories)],
            Prefix
        ).Of(numbers);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        if (png.Format is not { Channels: 1, Bits: 8 } || png.Size != Window.Stored)
        {
            throw new DataException($"{name} is {png.Format} of {png.Size}, expected 8-bit grey of {Window.Stored}");
        }

        var kept = new byte[png.Values.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = png.Values[i] switch
            {
                0 => KeptClasses.Unknown,
                var value when value <= ClassSets.Nyuv2.Length => (byte)(value - 1),
                var value => throw new DataException(
                    $"{name} has {value} in {png.Size.PlaceOf(i)}, expected 0 to {ClassSets.Nyuv2.Length}"
                ),
            };
        }

        return window.Cut(new PixelGrid(kept, png.Size), PixelBytes);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => KeptClasses.Find(ClassSets.Nyuv2, map);
}
