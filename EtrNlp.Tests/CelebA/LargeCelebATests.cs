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
/// A set of CelebA's size, as its own lists and as a table of small images, which share few files. How long an opening
/// takes is printed; that it holds little memory is asserted.
/// </summary>
[NonParallelizable]
public sealed class LargeCelebATests
{
    const int LinksOfAFile = 30_000; // ext4 allows 65,000
    const double MostMegabytes = 20; // of objects, that 180,000 more images have

    const string CelebA = "kind: celeba, subset: true";
    const string Table = "kind: image_table, table: list_attr_celeba.csv, image_column: image_id";

    [Explicit("takes minutes")]
    [TestCase(CelebA)]
    [TestCase(Table)]
    public void A_packed_set_of_ten_times_as_many_images_holds_little_more_memory(string kind)
    {
        var (few, all) = (MegabytesOf(kind, 20_000), MegabytesOf(kind, 202_599));

        Assert.That(all - few, Is.LessThan(MostMegabytes));
    }

    [Test]
    public void A_twentieth_as_many_more_images_of_a_table_hold_a_twentieth_of_that()
    {
        var (few, more) = (MegabytesOf(Table, 1_000), MegabytesOf(Table, 10_000));

        Assert.That(more - few, Is.LessThan(MostMegabytes / 20));
    }

    // The most of three openings.
    static double MegabytesOf(string kind, int count)
    {
        using var folder = new ImageFolder();
        Write(folder, count, kind == Table);
        var source = Source(folder, kind);
        var request = folder.Request(CelebATree.Attributes);
        Pack(source, request);
        return Enumerable.Range(0, 3).Max(_ => Open(source, request));
    }

    // What a method holds may live as long as the method.
    static void Pack(IDatasetSource source, DatasetRequest request)
    {
        var clock = Stopwatch.StartNew();
        using var dataset = source.Open(request, default);
        TestContext.Out.WriteLine($"{dataset.Digest.Rows:N0} images packed in {clock.Elapsed.TotalSeconds:F1} s");
    }

    static double Open(IDatasetSource source, DatasetRequest request)
    {
        var (resident, objects, clock) = (ResidentMemory.Settled(), GC.GetTotalMemory(true), Stopwatch.StartNew());
        using var dataset = source.Open(request, default);
        var took = clock.Elapsed.TotalSeconds;
        resident = ResidentMemory.Settled() - resident;
        var megabytes = (GC.GetTotalMemory(true) - objects) / 1e6;
        TestContext.Out.WriteLine(
            $"{dataset.Digest.Rows:N0} images opened in {took:F2} s: {megabytes:F1} MB of objects, "
                + $"{resident / 1e6:F1} MB more resident memory"
        );
        return megabytes;
    }

    static IDatasetSource Source(ImageFolder folder, string kind) =>
        ConfiguredDataset.Of(folder.Path, $"{kind}, image_size: 16");

    static void Write(ImageFolder folder, int count, bool isTable)
    {
        var random = new Random(1);
        var (height, width) = isTable ? (16, 16) : (218, 178);
        var jpeg = ImageFolder.Encode(
            (y, x) => new SKColor((byte)y, (byte)x, 7),
            height,
            width,
            SKEncodedImageFormat.Jpeg
        );
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
