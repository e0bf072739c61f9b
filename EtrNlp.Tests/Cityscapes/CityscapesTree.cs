using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>A folder as Cityscapes would be with six small frames: four of train in two cities, two of val.</summary>
sealed class CityscapesTree : IDisposable
{
    public const int Height = 32;
    public const int Width = 64;
    public const int Pixels = Height * Width;

    // In the order in which they are read.
    public static readonly string[] Stems =
    [
        "train/aachen/aachen_000000_000019",
        "train/aachen/aachen_000001_000019",
        "train/ulm/ulm_000000_000019",
        "train/ulm/ulm_000007_004321",
        "val/lindau/lindau_000000_000019",
        "val/lindau/lindau_000001_000019",
    ];

    public ImageFolder Folder { get; } = new();

    public string Root => Folder.At("cityscapes");

    public string At(string path) => Path.Combine(Root, path);

    public static byte[] Rgb(int frame) =>
        [
            .. Enumerable
                .Range(0, Pixels)
                .SelectMany(i => new[] { (byte)(i / Width * 8), (byte)(i % Width * 4), (byte)(i + frame) }),
        ];

    /// <summary>All ids from 0 to 33 in turn.</summary>
    public static byte[] Ids(int frame) => [.. Enumerable.Range(frame, Pixels).Select(i => (byte)(i % 34))];

    /// <summary>Unknown, infinitely far, and then what occurs: at most 32257.</summary>
    public static ushort[] Disparity(int frame) =>
        [0, 1, 257, 32257, .. Enumerable.Range(4, Pixels - 4).Select(i => (ushort)((i * 37) + frame))];

    public void Official(string below = "")
    {
        foreach (var (frame, stem) in Stems.Index())
        {
            Write($"{below}leftImg8bit/{stem}_leftImg8bit.png", Png(Rgb(frame)));
            Write($"{below}gtFine/{stem}_gtFine_labelIds.png", HandMadePng.Grey(Height, Width, Ids(frame)));
            Write($"{below}gtFine/{stem}_gtFine_color.png", HandMadePng.Rgb(Height, Width, Rgb(frame)));
            Write($"{below}disparity/{stem}_disparity.png", HandMadePng.Grey16(Height, Width, Disparity(frame)));
            Write($"{below}camera/{stem}_camera.json", Camera(baseline: "0.25", focal: "2048"));
        }
    }

    /// <summary>Copies the images of a city, such as <c>train/ulm</c>, to another place.</summary>
    public void CopyImages(string from, string to) =>
        System.Array.ForEach(
            Directory.GetFiles(At($"leftImg8bit/{from}")),
            path => Write($"leftImg8bit/{to}/{Path.GetFileName(path)}", File.ReadAllBytes(path))
        );

    public static byte[] Camera(string baseline, string focal) =>
        System.Text.Encoding.UTF8.GetBytes(
            $"{{\"extrinsic\": {{\"baseline\": {baseline}, \"x\": 1.7}}, \"intrinsic\": {{\"fx\": {focal}}}}}"
        );

    /// <summary>The same pictures as arrays; labels go from -1 to the number of classes.</summary>
    public void Pack(string below = "", string labels = "label_7", int classes = 7)
    {
        foreach (var (frame, stem) in Stems.Index())
        {
            var (split, number) = (stem.Split('/')[0], frame < 4 ? frame : frame - 4);
            WriteArray(below, split, "image", number, 3, [.. Rgb(frame).Select(value => value / 255f)]);
            WriteArray(below, split, labels, number, 0, Labels(frame, classes));
            WriteArray(below, split, "depth", number, 1, [.. Disparity(frame).Select(p => p / 65535f)]);
        }
    }

    public static float[] Labels(int frame, int classes) =>
        [.. Enumerable.Range(frame, Pixels).Select(i => (float)(i % (classes + 1)) - 1)];

    public static byte[] Array(int channels, params float[] values) =>
        HandMadeNpy.Of(
            "'<f4'",
            $"({Height}, {Width}{(channels == 0 ? "" : $", {channels}")})",
            HandMadeNpy.Floats(values)
        );

    public void Write(string path, byte[] bytes) => Folder.Write(At(path), bytes);

    public IDatasetSource Source(string settings = "subset: true, image_size: [32, 64]") =>
        ConfiguredDataset.Of(Root, $"kind: cityscapes, {settings}");

    public DatasetRequest Request(params PixelMap[] maps) => Folder.RequestMaps(maps);

    /// <summary>A map of an image of train, as the network meets it.</summary>
    public float[] Read(PixelMap map, string settings = "subset: true, image_size: [32, 64]", int index = 0) =>
        Source(settings).ReadMap(Folder, map, index);

    public byte[] ReadImage(string settings = "subset: true, image_size: [32, 64]", int index = 0)
    {
        var source = Source(settings);
        using var dataset = source.Open(Request(), default);
        var pixels = new byte[source.Size.Height * source.Size.Width * 3];
        dataset.ReadImages(Split.Train, [index], pixels);
        return pixels;
    }

    public void Dispose() => Folder.Dispose();

    void WriteArray(string below, string split, string kind, int number, int channels, float[] values) =>
        Write($"{below}{split}/{kind}/{number}.npy", Array(channels, values));

    static byte[] Png(byte[] rgb)
    {
        using var png = new MemoryStream();
        PngFile.Write(new RgbImage(rgb, new ImageSize(Height, Width)), png);
        return png.ToArray();
    }
}
