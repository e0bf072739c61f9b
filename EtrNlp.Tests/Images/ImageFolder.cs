using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>
/// A temporary folder of small real images, gone when the test ends; what is said to the user is kept.
/// </summary>
sealed class ImageFolder : IDisposable
{
    public ImageFolder() => Directory.CreateDirectory(Cache);

    public string Path { get; } = Directory.CreateTempSubdirectory("etrnlp-images-").FullName;

    public string Cache => At("cache");

    public List<string> Said { get; } = [];

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public ImageFile File(string name) => new(name, At(name));

    public ImageFile Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        System.IO.File.WriteAllBytes(At(name), bytes);
        return File(name);
    }

    /// <summary>An image of one colour, PNG or JPEG by its name.</summary>
    public ImageFile Paint(string name, SKColor colour, int height = 8, int width = 8) =>
        Write(
            name,
            Encode(
                (_, _) => colour,
                height,
                width,
                name.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg
            )
        );

    public DatasetRequest Request(params string[] columns) =>
        new([.. columns.Select((name, i) => new RequestedColumn(name, $"tasks.{i}.columns"))], Cache, Said.Add);

    public static byte[] Encode(
        Func<int, int, SKColor> colour,
        int height,
        int width,
        SKEncodedImageFormat format,
        SKColorType type = SKColorType.Rgba8888
    )
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(width, height, type, type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul)
        );
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(y, x));
            }
        }

        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
