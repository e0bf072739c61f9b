using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.NyuV2;

/// <summary>
/// A folder as NYUv2's would be with eight images of the true size, five of train and three of val; Files/make.py made
/// its files. Colours, labels and depths are those of the formulas there.
/// </summary>
sealed class NyuTree : IDisposable
{
    public const string Mat = "nyu_depth_v2_labeled.mat";
    public const int Height = 480;
    public const int Width = 640;

    static readonly string[] Small =
    [
        "dataset.subset=true",
        "dataset.image_size=[32, 64]",
        "training.epochs=1",
        "training.batch_size=4",
        "backbone.width=0.05",
        "threads=1",
    ];

    public NyuTree()
    {
        foreach (var name in (string[])[Mat, "splits.mat", "classMapping40.mat", "class13Mapping.mat"])
        {
            Folder.Write(Path.Combine("nyuv2", name), Resource(name));
        }
    }

    /// <summary>The numbers of the images of a split, from 1 on.</summary>
    public static int[] Numbers(Split split) => split == Split.Train ? [2, 3, 5, 7, 8] : [1, 4, 6];

    public ImageFolder Folder { get; } = new();

    public string Root => Folder.At("nyuv2");

    public static byte[] Resource(string name)
    {
        using var stream = typeof(NyuTree).Assembly.GetManifestResourceStream($"nyuv2/{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static byte Colour(int number, int y, int x, int channel) =>
        (byte)((37 * (number - 1)) + (50 * channel) + (5 * (y / 16)) + (3 * (x / 16)));

    public static int Label(int number, int y, int x) => ((100 * (number - 1)) + (16 * (y / 40)) + (x / 40)) % 895;

    public static float Depth(int number, int y, int x) =>
        IsPlane(number, y, x)
            ? (float)(2 / (0.8 - 0.48 * ((x + 1 - 325.582) / 518.858) - 0.36 * ((y + 1 - 253.736) / 519.470)))
            : 1 + ((number - 1) / 8f) + (((y / 40) + (x / 40)) / 4f);

    /// <summary>Where a plane leans in image 2, whose normal is (0.48, 0.36, -0.8).</summary>
    public static bool IsPlane(int number, int y, int x) => number == 2 && x / 80 == 4 && y / 80 == 2;

    public string At(string name) => Path.Combine(Root, name);

    public IDatasetSource Source(string settings = "subset: true, image_size: [480, 640]") =>
        ConfiguredDataset.Of(Root, $"kind: nyuv2, {settings}");

    public DatasetRequest Request(params PixelMap[] maps) => Folder.RequestMaps(maps);

    /// <summary>The shipped experiment on this tree: one epoch of a narrow network.</summary>
    public Task<(int Code, string Output, string Error)> Run(string command, params string[] settings) =>
        Etrnlp.Run(
            [
                command,
                Path.Combine(AppContext.BaseDirectory, "experiments", "nyuv2-etr-nlp.yaml"),
                .. command == "train" ? (string[])["--runs", Folder.At("runs"), "--device", "cpu"] : [],
                .. Set($"dataset.root={Root}"),
                .. Small.SelectMany(Set),
                .. settings.SelectMany(Set),
            ]
        );

    public void Dispose() => Folder.Dispose();

    static string[] Set(string setting) => ["--set", setting];
}
