using System.Text;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using SkiaSharp;

namespace EtrNlp.Tests.Inspection;

/// <summary>
/// An experiment on three images of 8x8 pixels with every kind of label. Magenta a.png and black b.png are train,
/// orange c.png is val.
/// </summary>
sealed class LabelledFolder : IDisposable
{
    const int Side = 8;
    const int Pixels = Side * Side;

    public const string Yaml = """
        name: mine
        dataset:
          kind: image_table
          root: .
          image_size: 8
          maps:
            seg: {kind: classes, column: mask, classes: [sky, road, car]}
            far: {kind: depth, column: depth, scale: 0.001}
            n: {kind: normals, column: normals, encoding: float}
        tasks:
          - {name: shape, type: attributes, columns: [round, red]}
          - {name: surface, type: classes, classes: [road, sky, car]}
          - {name: vehicle, type: one_vs_rest, classes: [car]}
          - {name: ground, type: one_vs_rest, classes: [road]}
          - {name: far, type: depth}
          - {name: up, type: normals}
        backbone: {kind: segnet, width: 0.125}
        training: {epochs: 1, batch_size: 2, optimizer: {kind: adam, learning_rate: 1e-3}}
        threads: 1

        """;

    public LabelledFolder()
    {
        Folder.Paint("a.png", SKColors.Magenta);
        Folder.Paint("b.png", SKColors.Black);
        Folder.Paint("c.png", SKColors.Orange);
        // a: sky on the left, on the right road above void; b: nothing; c: all road.
        Mask("a", (y, x) => x < 4 ? 0 : y < 4 ? 1 : 255);
        Mask("b", (_, _) => 255);
        Mask("c", (_, _) => 1);
        // a: a row unknown, then 1 and 3 m; b: 2 and 4 m; c: 5 m.
        Depth("a", (y, x) => y == 0 ? 0 : x < 4 ? 1000 : 3000);
        Depth("b", (_, x) => x < 4 ? 2000 : 4000);
        Depth("c", (_, _) => 5000);
        // a: y; b: x on the left, unknown on the right; c: -z.
        Normals("a", _ => [0, 1, 0]);
        Normals("b", x => x < 4 ? [1, 0, 0] : [0, 0, 0]);
        Normals("c", _ => [0, 0, -1]);
        string[] rows = ["a.png,train,1,0", "b.png,train,0,0", "c.png,val,1,0"];
        Folder.Write(
            "labels.csv",
            Encoding.UTF8.GetBytes(
                "image,split,round,red,mask,depth,normals\n"
                    + string.Concat(rows.Select(row => $"{row},m/{row[0]}.png,d/{row[0]}.png,n/{row[0]}.npy\n"))
            )
        );
        Write(Yaml);
    }

    public ImageFolder Folder { get; } = new();

    public string File => Folder.At("mine.yaml");

    public void Write(string yaml) => System.IO.File.WriteAllText(File, yaml);

    public (Experiment Experiment, IDataset Dataset) Open()
    {
        var file = ExperimentFile.Load(File, []);
        return (file.Experiment, PreparedExperiment.OpenData(file, Folder.Cache, _ => { }, default));
    }

    public void Dispose() => Folder.Dispose();

    void Mask(string name, Func<int, int, int> number) =>
        Folder.Write($"m/{name}.png", HandMadePng.Grey(Side, Side, All((y, x) => (byte)number(y, x))));

    void Depth(string name, Func<int, int, int> millimetres) =>
        Folder.Write($"d/{name}.png", HandMadePng.Grey16(Side, Side, All((y, x) => (ushort)millimetres(y, x))));

    void Normals(string name, Func<int, float[]> normal) =>
        Folder.Write(
            $"n/{name}.npy",
            HandMadeNpy.Of(
                "'<f4'",
                $"({Side}, {Side}, 3)",
                HandMadeNpy.Floats([.. All((_, x) => normal(x)).SelectMany(one => one)])
            )
        );

    static T[] All<T>(Func<int, int, T> value) =>
        [.. Enumerable.Range(0, Pixels).Select(i => value(i / Side, i % Side))];
}
