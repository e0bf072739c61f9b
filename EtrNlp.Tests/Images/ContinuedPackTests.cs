using System.Diagnostics;
using System.Globalization;
using EtrNlp.Data.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>A pack that somebody stopped making goes on where it was, and ends as if nobody had.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContinuedPackTests : IDisposable
{
    const int Count = 40;
    const int PixelBytes = 2 * 3 * 3;

    readonly ImageFolder _folder = new();
    readonly ImageFile[] _files;
    int _decoded;

    public ContinuedPackTests() =>
        _files =
        [
            .. Enumerable.Range(0, Count).Select(i => _folder.Paint($"{i}.png", new SKColor((byte)(6 * i), 0, 255))),
        ];

    string Part => Directory.GetFiles(_folder.Cache, "*.part").Single();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void What_was_packed_before_a_stop_is_not_decoded_again()
    {
        var whole = Whole();
        StopAfter(15);
        var there = _decoded;
        Assert.That(there, Is.InRange(15, Count - 1));
        Assert.That(Directory.GetFiles(_folder.Cache, "*.pack"), Is.Empty);

        Open();

        Assert.That(_decoded, Is.EqualTo(Count));
        Assert.That(_folder.Said, Has.One.EqualTo($"{there} of 40 images are packed already"));
        Assert.That(File.ReadAllBytes(RedAndBlue.Pack(_folder)), Is.EqualTo(whole));
        Assert.That(Directory.GetFiles(_folder.Cache, "*.part"), Is.Empty);
    }

    [Test]
    public void An_image_of_which_only_a_part_was_written_is_decoded_again()
    {
        var whole = Whole();
        StopAfter(15);
        var (there, bytes) = (_decoded, File.ReadAllBytes(Part));
        var head = bytes.AsSpan().IndexOf((byte)'}') + 1;
        var torn = Enumerable.Range(0, Count).First(i => bytes[head + i * PixelBytes + 2] == 255); // of blue
        bytes[head + torn * PixelBytes + PixelBytes - 1] ^= 1;
        File.WriteAllBytes(Part, bytes);

        Open();

        Assert.That(_decoded, Is.EqualTo(Count + 1));
        Assert.That(_folder.Said, Has.One.EqualTo($"{there - 1} of 40 images are packed already"));
        Assert.That(File.ReadAllBytes(RedAndBlue.Pack(_folder)), Is.EqualTo(whole));
    }

    [TestCase(0, 100)]
    [TestCase(20, 3)]
    [TestCase(0, 100_000)]
    public void A_part_of_something_else_is_begun_anew(int value, int length)
    {
        var whole = Whole();
        StopAfter(15);
        _decoded = 0;
        File.WriteAllBytes(Part, [.. Enumerable.Repeat((byte)value, length)]);

        Open();

        Assert.That(_decoded, Is.EqualTo(Count));
        Assert.That(File.ReadAllBytes(RedAndBlue.Pack(_folder)), Is.EqualTo(whole));
    }

    [Test]
    public void A_part_with_everything_in_it_only_gets_its_name()
    {
        var whole = Whole();
        StopAfter(15);
        File.WriteAllBytes(Part, whole);
        _decoded = 0;

        Open();

        Assert.That(_decoded, Is.Zero);
        Assert.That(File.ReadAllBytes(RedAndBlue.Pack(_folder)), Is.EqualTo(whole));
    }

    // Where the file system reserves nothing, a file made in one piece has no more than its bytes either.
    [Test]
    [Platform("Linux")]
    public void A_new_part_has_its_room_on_the_disk_before_the_first_image()
    {
        var (reserved, found) = (_folder.At("reserved"), long.MaxValue);
        const int bytes = Count * 64 * 96 * 3;
        File.OpenHandle(reserved, FileMode.CreateNew, FileAccess.Write, preallocationSize: bytes).Dispose();

        Open(
            () => Interlocked.CompareExchange(ref found, BlocksOf(Part), long.MaxValue),
            ImageSizing.Stretch(new(64, 96))
        );

        Assert.That(found, Is.GreaterThanOrEqualTo(BlocksOf(reserved)).And.LessThan(long.MaxValue));
    }

    [Test]
    public async Task A_process_that_wants_the_same_pack_waits_and_says_so_once()
    {
        Whole();
        StopAfter(15);
        Task waiting;
        using (new FileStream(Part, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            using var stopped = new CancellationTokenSource();
            waiting = Task.Run(() => Open(cancellation: stopped.Token));
            await Task.Delay(300);
            Assert.That(waiting.IsCompleted, Is.False);
            await stopped.CancelAsync();
            Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());

            waiting = Task.Run(() => Open());
            await Task.Delay(100);
        }

        await waiting;
        // Each of the two that waited.
        Assert.That(_folder.Said, Has.Exactly(2).StartsWith("another process is writing the pack "));
        Assert.That(_decoded, Is.EqualTo(Count));
    }

    // The pack of an uninterrupted start, which is then gone.
    byte[] Whole()
    {
        Open();
        var whole = File.ReadAllBytes(RedAndBlue.Pack(_folder));
        File.Delete(RedAndBlue.Pack(_folder));
        _folder.Said.Clear();
        _decoded = 0;
        return whole;
    }

    void StopAfter(int images)
    {
        using var stop = new CancellationTokenSource();
        Assert.That(
            () => Open(() => Stop(stop, images), cancellation: stop.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    void Stop(CancellationTokenSource stop, int images)
    {
        if (_decoded >= images)
        {
            stop.Cancel();
        }
    }

    // Of 512 bytes.
    static long BlocksOf(string path)
    {
        var start = new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true };
        using var stat = Process.Start(start)!;
        return long.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    void Open(Action? decoded = null, ImageSizing? sizing = null, CancellationToken cancellation = default)
    {
        var rule = PixelRule.OfImages(_files, sizing ?? RedAndBlue.Small);
        using var images = PackedImages.Open(
            _files,
            rule with
            {
                Apply = (file, index) =>
                {
                    var pixels = rule.Apply(file, index);
                    Interlocked.Increment(ref _decoded);
                    decoded?.Invoke();
                    return pixels;
                },
            },
            _folder.Cache,
            _folder.Said.Add,
            cancellation
        );
        Assert.That(images.Size, Is.EqualTo((sizing ?? RedAndBlue.Small).Size));
    }
}
