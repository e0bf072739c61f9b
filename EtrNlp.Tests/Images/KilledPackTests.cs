using System.Diagnostics;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>The program at work on a pack, killed (SIGKILL) at random moments.</summary>
[Category("Process")]
[Category("Slow")]
public sealed class KilledPackTests
{
    const int Kills = 20;
    const int Count = 300;
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Test]
    public void Twenty_kills_and_a_last_start_make_the_pack_of_one_that_was_left_alone()
    {
        using var folder = new ImageFolder();
        WriteExperiment(folder);
        var (random, killed, continued) = (new Random(), 0, 0);
        var (whole, time) = TimedPack(folder);
        while (killed < Kills)
        {
            using var process = Start(folder, "killed");
            WaitForPacking(process);
            if (!process.EndsWithin(time * random.NextDouble())) // a busy machine packs more slowly
            {
                process.Kill();
                killed++;
                continued += process.Errors.Contains("are packed already", StringComparison.Ordinal) ? 1 : 0;
                continue;
            }

            Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
            Assert.That(File.ReadAllBytes(PackIn(folder, "killed")), Is.EqualTo(whole));
            Directory.Delete(folder.At("killed"), recursive: true);
        }

        Assert.That(Pack(folder, "killed"), Is.EqualTo(whole));
        Assert.That(Directory.GetFiles(folder.At("killed"), "*.part"), Is.Empty);
        Assert.That(continued, Is.Positive);
    }

    static void WriteExperiment(ImageFolder folder)
    {
        for (var i = 0; i < Count; i++)
        {
            folder.Write($"{i}.png", Image(i));
        }

        folder.Write(
            "labels.csv",
            [
                .. "image,split,a\n"u8,
                .. Enumerable
                    .Range(0, Count)
                    .SelectMany(i => (byte[])[.. System.Text.Encoding.UTF8.GetBytes($"{i}.png,{Split(i)},{i % 2}\n")]),
            ]
        );
        folder.Write(
            "mine.yaml",
            """
            name: mine
            dataset: {kind: image_table, root: ., image_size: 32}
            tasks: [{name: a, type: attributes, columns: [a]}]
            backbone: {kind: resnet18, width: 0.125}
            training: {epochs: 1, batch_size: 2, optimizer: {kind: adam, learning_rate: 1e-3}}
            """u8.ToArray()
        );
    }

    // Each of another colour, so that one in the place of another is seen.
    static byte[] Image(int number) =>
        ImageFolder.Encode(
            (y, x) => new SKColor((byte)number, (byte)(number / 256 * 64 + y / 4), (byte)x),
            200,
            200,
            SKEncodedImageFormat.Png
        );

    static string Split(int row) => row % 3 == 0 ? "val" : "train";

    static EtrnlpProcess Start(ImageFolder folder, string cache) =>
        EtrnlpProcess.Start("validate", folder.At("mine.yaml"), "--verify-data", "--cache", folder.At(cache));

    static void WaitForPacking(EtrnlpProcess process)
    {
        while (!process.Errors.Contains("packing ", StringComparison.Ordinal) && !process.EndsWithin(Moment))
        {
            // it reads the table
        }
    }

    // A pack that is left alone, and how long it takes.
    static (byte[] Bytes, TimeSpan Time) TimedPack(ImageFolder folder)
    {
        using var process = Start(folder, "whole");
        WaitForPacking(process);
        var clock = Stopwatch.StartNew();
        Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
        return (File.ReadAllBytes(PackIn(folder, "whole")), clock.Elapsed);
    }

    static byte[] Pack(ImageFolder folder, string cache)
    {
        using var process = Start(folder, cache);
        Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
        return File.ReadAllBytes(PackIn(folder, cache));
    }

    static string PackIn(ImageFolder folder, string cache) => Directory.GetFiles(folder.At(cache), "*.pack").Single();
}
