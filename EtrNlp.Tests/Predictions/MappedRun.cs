using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Predictions;

/// <summary>
/// A run of every type of task on images of one's own; its validation split has five images, in batches of 2, 2 and 1.
/// </summary>
sealed class MappedRun : IDisposable
{
    /// <summary>Height and width of images and maps.</summary>
    public const int Side = 16;

    public const int ValImages = 5;

    const int Void = 3;

    const string Yaml = """
        name: mine
        dataset:
          kind: image_table
          root: .
          image_size: 16
          mean: [0.1, 0.2, 0.3]
          std: [0.5, 0.6, 0.7]
          maps:
            seg: {kind: classes, column: mask, classes: [sky, road, car]}
            far: {kind: depth, column: depth, scale: 0.001}
            n: {kind: normals, column: normals, encoding: float}
        tasks:
          - {name: shape, type: attributes, columns: [round, red]}
          - {name: kind, type: choice, column: kind, classes: [cat, dog, cow]}
          - {name: surface, type: classes, classes: [road, sky]}
          - {name: car, type: one_vs_rest, classes: [car]}
          - {name: far, type: depth}
          - {name: up, type: normals}
        backbone: {kind: segnet, width: 0.125}
        routing: {kind: etr, gamma: 0.5}
        training: {epochs: 1, batch_size: 2, update: synchronized, optimizer: {kind: adam, learning_rate: 1e-3}}
        threads: 1

        """;

    static readonly string[] Kinds = ["cat", "dog", "cow"];

    readonly TemporaryFolder _runs = new();

    public MappedRun()
    {
        TorchLibrary.EnsureLoaded();
        var table = "image,split,round,red,kind,mask,depth,normals\n";
        for (var i = 0; i < 4 + ValImages; i++)
        {
            Folder.Write($"{i}.png", ImageFolder.Encode(Pixel(i), Side, Side, SKEncodedImageFormat.Png));
            Folder.Write($"m/{i}.png", HandMadePng.Of(0, 8, Side, Side, Rows(i)));
            Folder.Write($"d/{i}.png", HandMadePng.Grey16(Side, Side, [.. Enumerable.Repeat(Depth(i), Side * Side)]));
            Folder.Write($"n/{i}.npy", HandMadeNpy.Of("'<f4'", $"({Side}, {Side}, 3)", Normals));
            var split = i < 4 ? "train" : "val";
            table += $"{i}.png,{split},{Round(i)},{Red(i)},{Kinds[i % 3]},m/{i}.png,d/{i}.png,n/{i}.npy\n";
        }

        File.WriteAllText(Folder.At("labels.csv"), table);
        File.WriteAllText(Folder.At("mine.yaml"), Yaml);
    }

    public ImageFolder Folder { get; } = new();

    public string Path => RunFolder.Of(_runs.Path, "mine", 0).Path;

    public string Out(string name) => _runs.File(name);

    public async Task Train()
    {
        var (code, _, error) = await Etrnlp.Run(
            ["train", Folder.At("mine.yaml"), "--runs", _runs.Path, "--device", "cpu"]
        );
        Assert.That(code, Is.Zero, error);
    }

    /// <summary>The label of an attribute of an image.</summary>
    public static int Round(int image) => image % 2;

    public static int Red(int image) => image % 3 == 0 ? 1 : 0;

    /// <summary>Millimetres; images of depth 0 know none.</summary>
    public static ushort Depth(int image) => (ushort)(700 * (image % 4));

    /// <summary>The label of a pixel for the task 'surface': 0 for road, 1 for sky, -1 for void.</summary>
    public static int Surface(int image, int y, int x) =>
        Stripe(image, y, x) switch
        {
            0 => 1,
            1 => 0,
            _ => -1,
        };

    public void Dispose()
    {
        Folder.Dispose();
        _runs.Dispose();
    }

    static byte[] Normals =>
        HandMadeNpy.Floats([.. Enumerable.Range(0, Side * Side * 3).Select(i => i % 3 == 1 ? 1f : 0f)]);

    static Func<int, int, SKColor> Pixel(int image) =>
        (y, x) => new SKColor((byte)(25 * image), (byte)(16 * y), (byte)(16 * x));

    static int Stripe(int image, int y, int x) => ((x / 2) + y + image) % 4;

    static byte[] Rows(int image) =>
        [
            .. Enumerable
                .Range(0, Side)
                .SelectMany(y =>
                    Enumerable
                        .Range(0, Side)
                        .Select(x => Stripe(image, y, x) is var stripe && stripe == Void ? (byte)255 : (byte)stripe)
                        .Prepend((byte)0)
                ),
        ];
}
