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
/// A set of CelebA's size: both lists, and images that share few files. It prints how long an opening takes and how
/// much memory is held; scripts/scale-test.sh runs it.
/// </summary>
[Explicit("takes minutes")]
[NonParallelizable]
public sealed class LargeCelebATests
{
    const int LinksOfAFile = 30_000; // ext4 allows 65,000

    [TestCase(20_000)]
    [TestCase(202_599)]
    public void A_packed_set_opens(int count)
    {
        using var folder = new ImageFolder();
        Write(folder, count);
        var source = Source(folder);
        var request = folder.Request(CelebATree.Attributes);
        var packing = Stopwatch.StartNew();
        source.Open(request, default).Dispose();
        TestContext.Out.WriteLine($"{count:N0} images packed in {packing.Elapsed.TotalSeconds:F1} s");
        var before = ResidentMemory.Settled();
        for (var i = 0; i < 3; i++)
        {
            var opening = Stopwatch.StartNew();
            using var dataset = source.Open(request, default);
            var (took, now) = (opening.Elapsed, ResidentMemory.Now());
            TestContext.Out.WriteLine(
                $"{count:N0} images opened in {took.TotalSeconds:F2} s, "
                    + $"{(now - before) / 1e6:F1} MB more at once, {(ResidentMemory.Settled() - before) / 1e6:F1} MB held"
            );
            Assert.That(dataset.Digest.Rows, Is.EqualTo(count));
        }
    }

    static IDatasetSource Source(ImageFolder folder)
    {
        var reading = new Reading();
        var node = YamlReader.ReadText(
            $"{{kind: celeba, root: \"{folder.Path.Replace('\\', '/')}\", subset: true, image_size: 16}}",
            "a.yaml"
        );
        var parsed = Values.OneOf(KnownDatasets.All).Read(node, "dataset", reading);
        reading.ThrowIfWrong();
        return parsed!.Value;
    }

    static void Write(ImageFolder folder, int count)
    {
        var random = new Random(1);
        var jpeg = ImageFolder.Encode((y, x) => new SKColor((byte)y, (byte)x, 7), 218, 178, SKEncodedImageFormat.Jpeg);
        var attributes = new StringBuilder($"{count}\n{string.Join(' ', CelebATree.Attributes)} \n");
        var partition = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var name = CelebATree.Name(i);
            attributes.Append(name);
            Array.ForEach(CelebATree.Attributes, _ => attributes.Append(random.Next(2) == 0 ? " -1" : "  1"));
            attributes.Append('\n');
            partition.Append(name).Append(' ').Append(i % 10 == 8 ? 1 : i % 10 == 9 ? 2 : 0).Append('\n');
            Link(folder, jpeg, i);
        }

        folder.Write("list_attr_celeba.txt", Encoding.ASCII.GetBytes(attributes.ToString()));
        folder.Write("list_eval_partition.txt", Encoding.ASCII.GetBytes(partition.ToString()));
    }

    static void Link(ImageFolder folder, byte[] jpeg, int image)
    {
        var path = $"img_align_celeba/{CelebATree.Name(image)}";
        if (image % LinksOfAFile != 0)
        {
            HardLink.Create(folder.At($"img_align_celeba/{CelebATree.Name(image - image % LinksOfAFile)}"), folder.At(path));
            return;
        }

        folder.Write(path, jpeg);
        File.SetLastWriteTimeUtc(folder.At(path), DateTime.UtcNow.AddDays(-1)); // settled
    }
}
