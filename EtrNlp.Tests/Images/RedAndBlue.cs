using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>Two images of one colour each, packed as 2x3 pixels.</summary>
static class RedAndBlue
{
    public static readonly ImageSizing Small = ImageSizing.Stretch(new(2, 3));

    public static readonly byte[] Red = [.. Enumerable.Repeat<byte[]>([255, 0, 0], 6).SelectMany(pixel => pixel)];
    public static readonly byte[] Blue = [.. Enumerable.Repeat<byte[]>([0, 0, 255], 6).SelectMany(pixel => pixel)];

    public static ImageFile[] Painted(ImageFolder folder) =>
        [folder.Paint("a.png", SKColors.Red), folder.Paint("b.png", SKColors.Blue)];

    public static byte[][] ReadAll(ImageFolder folder) => Read(folder, Painted(folder));

    public static byte[][] Read(ImageFolder folder, ImageFile[] files, Action<string>? say = null, bool verify = false)
    {
        using var images = PackedImages.Open(files, Small, folder.Cache, say ?? folder.Said.Add, default, verify);
        return
        [
            .. Enumerable
                .Range(0, files.Length)
                .Select(i =>
                {
                    var pixels = new byte[images.ImageBytes];
                    images.Read(i, pixels);
                    return pixels;
                }),
        ];
    }

    public static string Pack(ImageFolder folder) => Directory.GetFiles(folder.Cache, "*.pack").Single();
}
