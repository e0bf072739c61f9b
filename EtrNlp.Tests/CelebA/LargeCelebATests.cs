using System.Diagnostics;
using System.Text;
using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.CelebA;

/// <summary>
/// A set of CelebA's size, as its own lists and as a table: the images share few files. It prints how long an opening
/// takes and how much memory is held.
/// </summary>
[Explicit("takes minutes")]
[NonParallelizable]
public sealed class LargeCelebATests
{
    const int LinksOfAFile = 30_000; // ext4 allows 65,000

    const string CelebA = "kind: celeba, subset: true";
    const string Table = "kind: image_table, table: list_attr_celeba.csv, image_column: image_id";

    [TestCase(CelebA, 20_000)]
    [TestCase(CelebA, 202_599)]
    [TestCase(Table, 20_000)]
    [TestCase(Table, 202_599)]
    public void A_packed_set_opens(string kind, int count)
    {
        using var folder = new ImageFolder();
        Write(folder, count, kind == Table);
        var source = Source(folder, kind);
        var request = folder.Request(CelebATree.Attributes);
        Pack(source, request);
        for (var i = 0; i < 3; i++)
        {
            Open(source, request);
        }
    }

    // What a method holds may live as long as the method.
    static void Pack(IDatasetSource source, DatasetRequest request)
    {
        var clock = Stopwatch.StartNew();
        using var dataset = source.Open(request, default);
        TestContext.Out.WriteLine($"{dataset.Digest.Rows:N0} images packed in {clock.Elapsed.TotalSeconds:F1} s");
    }

    static void Open(IDatasetSource source, DatasetRequest request)
    {
        var (resident, objects, clock) = (ResidentMemory.Settled(), GC.GetTotalMemory(true), Stopwatch.StartNew());
        using var dataset = source.Open(request, default);
        var took = clock.Elapsed.TotalSeconds;
        resident = ResidentMemory.Settled() - resident;
        objects = GC.GetTotalMemory(true) - objects;
        TestContext.Out.WriteLine(
            $"{dataset.Digest.Rows:N0} images opened in {took:F2} s: {objects / 1e6:F1} MB of objects, "
                + $"{resident / 1e6:F1} MB more resident memory"
        );
    }

    static IDatasetSource Source(ImageFolder folder, string kind)
    {
        var reading = new Reading();
        var node = YamlReader.ReadText(
            $"{{{kind}, root: \"{folder.Path.Replace('\\', '/')}\", image_size: 16}}",
            "a.yaml"
        );
        var parsed = Values.OneOf(KnownDatasets.All).Read(node, "dataset", reading);
        reading.ThrowIfWrong();
        return parsed!.Value;
    }

    static void Write(ImageFolder folder, int count, bool isTable)
    {
        var random = new Random(1);
        var jpeg = ImageFolder.Encode((y, x) => new SKColor((byte)y, (byte)x, 7), 218, 178, SKEncodedImageFormat.Jpeg);
        var names = CelebATree.Attributes;
        var attributes = new StringBuilder(
            isTable ? $"image_id,{string.Join(',', names)}\n" : $"{count}\n{string.Join(' ', names)} \n"
        );
        var partition = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var path = Link(folder, jpeg, i);
            attributes.Append(isTable ? path : CelebATree.Name(i));
            Array.ForEach(names, _ => attributes.Append(isTable ? ',' : ' ').Append(random.Next(2) == 0 ? "-1" : " 1"));
            attributes.Append('\n');
            partition.Append(CelebATree.Name(i)).Append(' ').Append(i % 10 == 8 ? 1 : i % 10 == 9 ? 2 : 0).Append('\n');
        }

        folder.Write($"list_attr_celeba.{(isTable ? "csv" : "txt")}", Encoding.ASCII.GetBytes(attributes.ToString()));
        folder.Write("list_eval_partition.txt", Encoding.ASCII.GetBytes(partition.ToString()));
    }

    static string Link(ImageFolder folder, byte[] jpeg, int image)
    {
        var path = $"img_align_celeba/{CelebATree.Name(image)}";
        if (image % LinksOfAFile != 0)
        {
            var first = $"img_align_celeba/{CelebATree.Name(image - image % LinksOfAFile)}";
            HardLink.Create(folder.At(first), folder.At(path));
            return path;
        }

        folder.Write(path, jpeg);
        File.SetLastWriteTimeUtc(folder.At(path), DateTime.UtcNow.AddDays(-1)); // settled
        return path;
    }
}
