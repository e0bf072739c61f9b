using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Randomness;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using SkiaSharp;
using TorchSharp;

namespace EtrNlp.Tests.Mutations;

/// <summary>
/// Files that were damaged at random: each is refused in one sentence, or read as it was written; nothing crashes.
/// </summary>
[Category("Slow")]
public sealed class MutationTests
{
    internal const int InTheSuite = 300;
    internal const int AtLength = 10_000;

    static readonly DateTime _longAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_table_is_a_table_or_a_sentence(int times)
    {
        using var folder = new ImageFolder();
        string[] names = ["a.png", "b.png", "c.png", "d.png"];
        Array.ForEach(names, name => folder.Paint(name, SKColors.Red));
        byte[] text =
        [
            .. "image,split,x,\"y, too\"\n"u8,
            .. "a.png,train,1,-1\r\n\"b.png\",val,0,1\nc.png,test,1,1\nd.png,train,0,-1\n"u8,
        ];
        var format = new TableFormat(folder.Path, "labels.csv", "image", "split", Separator.Auto);

        Try(
            "table",
            times,
            text,
            text.Length,
            bytes =>
            {
                File.WriteAllBytes(folder.At("labels.csv"), bytes);
                var table = LabelTable.Read(format, folder.Request("x"));
                Assert.That(table.Columns.Single(), Has.Count.EqualTo(table.Images.Count).And.All.InRange(0, 1));
                Assert.That(table.Splits, Has.Count.EqualTo(table.Images.Count));
                Assert.That(table.Images.Select(image => image.Name), Is.Unique.And.SubsetOf(names));
            }
        );
    }

    // Every byte of a PNG that pixels depend on is covered by a checksum (PNG specification, 5.3): what is decoded is
    // what was painted.
    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_PNG_is_the_same_picture_or_a_sentence(int times)
    {
        var png = Painted(SKEncodedImageFormat.Png);
        var pixels = ImageDecoder.Decode(png, "it").Pixels.ToArray();

        Try(
            "png",
            times,
            png,
            64,
            bytes => Assert.That(ImageDecoder.Decode(bytes, "it").Pixels.ToArray().SequenceEqual(pixels), Is.True)
        );
    }

    // A JPEG has no checksum: damage that leaves a valid stream is another picture, the same in every decoding.
    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_JPEG_is_a_whole_picture_or_a_sentence(int times)
    {
        Try(
            "jpeg",
            times,
            Painted(SKEncodedImageFormat.Jpeg),
            200,
            bytes =>
            {
                var (first, second) = (ImageDecoder.Decode(bytes, "it"), ImageDecoder.Decode(bytes, "it"));
                Assert.That(first.Pixels.Length, Is.EqualTo(first.Size.Height * first.Size.Width * 3));
                Assert.That(first.Pixels.Span.SequenceEqual(second.Pixels.Span), Is.True);
            }
        );
    }

    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_pack_gives_the_pixels_of_its_sources(int times)
    {
        using var folder = new ImageFolder();
        ImageFile[] files =
        [
            folder.Paint("red.png", SKColors.Red),
            folder.Paint("blue.png", SKColors.Blue),
            folder.Paint("lime.png", SKColors.Lime),
        ];
        var expected = Pixels(folder, files);
        var pack = Directory.GetFiles(folder.Cache, "*.pack").Single();

        Try(
            "pack",
            times,
            File.ReadAllBytes(pack),
            200,
            bytes =>
            {
                File.WriteAllBytes(pack, bytes);
                Assert.That(Pixels(folder, files).SequenceEqual(expected), Is.True);
            }
        );
    }

    // Length and time stay as they were: only the bytes can tell.
    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_source_that_changes_after_packing_is_never_read_from_the_old_pack(int times)
    {
        using var folder = new ImageFolder();
        ImageFile[] files = [folder.Paint("red.jpg", SKColors.Red)];
        var original = File.ReadAllBytes(files[0].Path);
        File.SetLastWriteTimeUtc(files[0].Path, _longAgo);
        Pixels(folder, files);

        Try(
            "source",
            times,
            original,
            original.Length,
            bytes =>
            {
                File.WriteAllBytes(files[0].Path, bytes);
                File.SetLastWriteTimeUtc(files[0].Path, _longAgo);
                var read = Pixels(folder, files);
                Assert.That(
                    read.SequenceEqual(ImageSizing.Crop(8).Apply(ImageDecoder.Decode(bytes, "it")).Pixels.Span),
                    Is.True
                );
                Array.ForEach(Directory.GetFiles(folder.Cache), File.Delete);
            }
        );
    }

    [TestCase(InTheSuite)]
    [TestCase(AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_checkpoint_is_the_same_checkpoint_or_a_sentence(int times)
    {
        using var tiny = new TinyExperiment();
        var experiment = ExperimentFile.Load(tiny.Rival, ["backbone.width=0.05"]).Experiment;
        using var network = new Network(NetworkPlanner.Plan(experiment, experiment.Dataset.Size), 5, torch.CPU);
        using var optimizer = experiment.Training.Optimizer.NewState(network.Tensors);
        var progress = new RunProgress(3, 2, [0.5, 0.25], 1234, 2, 0.75, 12.5, 33, 1 << 20);
        var (path, copy) = (tiny.Folder().LastCheckpoint, tiny.Folder().BestCheckpoint);
        Checkpoint.Save(path, network, optimizer, progress, "it", 5);
        var whole = File.ReadAllBytes(path);
        var bits = PlainCheckpoint.Read(path);

        Try(
            "checkpoint",
            times,
            whole,
            8 + (int)BitConverter.ToInt64(whole),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var read = Checkpoint.Load(path, network, optimizer, "it", 5);
                Checkpoint.Save(copy, network, optimizer, read, "it", 5);
                Assert.That(PlainCheckpoint.Read(copy).Metadata, Is.EqualTo(bits.Metadata));
            }
        );
    }

    // What is refused is refused in one line; anything but the two kinds of refusal fails the test.
    internal static void Try(string name, int times, byte[] whole, int head, Action<byte[]> read)
    {
        for (var time = 0; time < times; time++)
        {
            var bytes = Mutation.Of(whole, RandomStream.For(7, "mutation", name, time), head);
            try
            {
                read(bytes);
            }
            catch (Exception e) when (e is DataException or InvalidSettingException)
            {
                Assert.That(
                    e.Message,
                    Has.Length.GreaterThan(10).And.Not.Contains("\n").And.Not.Contains(" at EtrNlp"),
                    $"{name} {time}"
                );
            }
            catch (AssertionException)
            {
                TestContext.Out.WriteLine(
                    $"{name} {time}: {Convert.ToBase64String(bytes[..Math.Min(3000, bytes.Length)])}"
                );
                throw;
            }
            catch (Exception e)
            {
                Assert.Fail(
                    $"{name} {time}: {e.GetType().Name}: "
                        + $"{e.Message}\n{Encoding.Latin1.GetString(bytes[..Math.Min(300, bytes.Length)])}"
                );
            }
        }
    }

    static byte[] Painted(SKEncodedImageFormat format) =>
        ImageFolder.Encode((y, x) => new SKColor((byte)(y * 9), (byte)(x * 7), (byte)(y * x)), 24, 32, format);

    static byte[] Pixels(ImageFolder folder, ImageFile[] files)
    {
        using var packed = PackedImages.Open(files, ImageSizing.Crop(8), folder.Cache, folder.Said.Add, default);
        var pixels = new byte[files.Length * packed.ImageBytes];
        for (var i = 0; i < files.Length; i++)
        {
            packed.Read(i, pixels.AsSpan(i * packed.ImageBytes, packed.ImageBytes));
        }

        return pixels;
    }
}
