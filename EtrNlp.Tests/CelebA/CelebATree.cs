using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using SkiaSharp;

namespace EtrNlp.Tests.CelebA;

/// <summary>
/// A folder as CelebA's would be with 14 images: rendered pictures of the true size, lists in the published form.
/// </summary>
sealed class CelebATree : IDisposable
{
    public const int Count = 14;
    const int Height = 218;
    const int Width = 178;

    // In the published order; the program's own list is compared with it.
    public static readonly string[] Attributes =
        (
            "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair "
            + "Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup "
            + "High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose "
            + "Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat "
            + "Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young"
        ).Split(' ');

    static readonly Lazy<byte[][]> Jpegs = new(Render);

    readonly ImageFolder _folder = new();

    public string Root => _folder.At("celeba");

    public ImageFolder Folder => _folder;

    /// <summary>The rows of both lists, by their positions; their order may be changed.</summary>
    public int[] Rows { get; set; } = [.. Enumerable.Range(0, Count)];

    /// <summary>The attributes from left to right.</summary>
    public string[] Columns { get; set; } = [.. Attributes];

    public string Lines { get; set; } = "\n";

    public string Negative { get; set; } = "-1";

    public static string Name(int image) => $"{image + 1:D6}.jpg";

    public static bool Has(int image, string attribute) =>
        (3 * image + 7 * Array.IndexOf(Attributes, attribute)) % 5 < 2;

    /// <summary>8 images of train, 3 of val, 3 of test, mixed.</summary>
    public static int SplitOf(int image) => "01020010201020"[image] - '0';

    public void Official(string below = "") =>
        Write(Path.Combine(below, "Anno"), Path.Combine(below, "Eval"), Path.Combine(below, "Img"), Text, Partition);

    public void Flat(string below = "") => Write(below, below, below, Text, Partition);

    public void Csv(string images = "") =>
        Write("", "", images, Table, ("csv", $"image_id,partition{Lines}{PartitionRows(',')}"));

    public string At(string path) => Path.Combine(Root, path);

    public void Rewrite(string path, string old, string now)
    {
        var text = File.ReadAllText(At(path));
        if (!text.Contains(old, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{path} has no '{old}'");
        }

        File.WriteAllText(At(path), text.Replace(old, now, StringComparison.Ordinal));
    }

    public IDatasetSource Source(string settings = "subset: true") =>
        ConfiguredDataset.Of(Root, $"kind: celeba, {settings}");

    public void Dispose() => _folder.Dispose();

    // Values are right-aligned: one or two blanks before each, and a blank ends the line of names.
    (string, string) Text =>
        (
            "txt",
            $"{Rows.Length}{Lines}{string.Join(' ', Columns)} {Lines}"
                + string.Concat(Rows.Select(row => $"{Name(row)}{Cells(row, cell => $" {cell,2}")}{Lines}"))
        );

    (string, string) Partition => ("txt", PartitionRows(' '));

    (string, string) Table =>
        (
            "csv",
            $"image_id,{string.Join(',', Columns)}{Lines}"
                + string.Concat(Rows.Select(row => $"{Name(row)}{Cells(row, cell => $",{cell}")}{Lines}"))
        );

    string PartitionRows(char separator) =>
        string.Concat(Rows.Select(row => $"{Name(row)}{separator}{SplitOf(row)}{Lines}"));

    string Cells(int row, Func<string, string> cell) =>
        string.Concat(Columns.Select(name => cell(Has(row, name) ? "1" : Negative)));

    void Write(
        string attributesIn,
        string partitionIn,
        string imagesIn,
        (string Extension, string Text) attributes,
        (string Extension, string Text) partition
    )
    {
        WriteText(Path.Combine(attributesIn, $"list_attr_celeba.{attributes.Extension}"), attributes.Text);
        WriteText(Path.Combine(partitionIn, $"list_eval_partition.{partition.Extension}"), partition.Text);
        for (var i = 0; i < Count; i++)
        {
            _folder.Write(Path.Combine(Root, imagesIn, "img_align_celeba", Name(i)), Jpegs.Value[i]);
        }
    }

    void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    static byte[][] Render()
    {
        var reading = new Reading();
        var scenes = YamlReader.ReadText(
            $"{{kind: scenes, image_size: [{Height}, {Width}], train: {Count}, val: 1, test: 0}}",
            "scenes.yaml"
        );
        var source = Values.OneOf(KnownDatasets.All).Read(scenes, "dataset", reading)!.Value;
        using var dataset = source.Open(new DatasetRequest([], "", _ => { }), default);
        var pixels = new byte[Height * Width * 3];
        return
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i =>
                {
                    dataset.ReadImages(Split.Train, [i], pixels);
                    return ImageFolder.Encode(Colour, Height, Width, SKEncodedImageFormat.Jpeg);
                }),
        ];

        SKColor Colour(int y, int x)
        {
            var at = (y * Width + x) * 3;
            return new SKColor(pixels[at], pixels[at + 1], pixels[at + 2]);
        }
    }
}
