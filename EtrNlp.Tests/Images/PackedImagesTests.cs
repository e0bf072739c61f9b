using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using NUnit.Framework;
using SkiaSharp;
using static EtrNlp.Tests.Images.RedAndBlue;

namespace EtrNlp.Tests.Images;

public sealed class PackedImagesTests
{
    [Test]
    public void Images_are_packed_in_the_order_of_the_list()
    {
        using var folder = new ImageFolder();

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
    }

    [Test]
    public void A_second_opening_reads_the_pack_of_the_first()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var written = File.GetLastWriteTimeUtc(Pack(folder));
        folder.Said.Clear();

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(folder.Said, Is.Empty);
        Assert.That(File.GetLastWriteTimeUtc(Pack(folder)), Is.EqualTo(written));
    }

    // Parts of a file may be read in blocks, which nobody needs during training.
    [Test]
    public void What_was_kept_to_read_parts_of_files_is_dropped_once_they_are_packed()
    {
        using var folder = new ImageFolder();
        var (said, files) = (new List<string>(), Painted(folder));
        ImageFile[] parts =
        [
            .. files.Select(file => file with { Part = new FilePart(file.Name, Bytes) { Release = Release } }),
        ];

        using var images = PackedImages.Open(parts, ImageSizing.Crop(4), folder.Cache, folder.Said.Add, default);

        Assert.That(said, Does.Contain("read"));
        Assert.That(said[^1], Is.EqualTo("released"));

        byte[] Bytes()
        {
            lock (said)
            {
                said.Add("read");
            }

            return File.ReadAllBytes(files[0].Path);
        }

        void Release() => said.Add("released");
    }

    [Test]
    public void Another_sizing_is_another_pack()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);

        using var images = PackedImages.Open(
            Painted(folder),
            ImageSizing.Crop(4),
            folder.Cache,
            folder.Said.Add,
            default
        );

        Assert.That(images.Size, Is.EqualTo(new ImageSize(4, 4)));
        Assert.That(Directory.GetFiles(folder.Cache, "*.pack"), Has.Length.EqualTo(2));
    }

    [Test]
    public void Broken_images_are_named_together_and_leave_no_pack()
    {
        using var folder = new ImageFolder();
        ImageFile[] files =
        [
            .. Painted(folder),
            .. Enumerable.Range(0, 6).Select(i => folder.Write($"{i}.jpg", "text"u8.ToArray())),
        ];

        var error = Assert.Throws<DataException>(() => Read(folder, files))!;

        Assert.That(
            error.Message,
            Does.StartWith("6 of 8 images cannot be used: 0.jpg is not a JPEG, PNG, WebP, GIF or BMP image; 1.jpg is")
                .And.Contains("; 4.jpg is")
                .And.Contains("image and 1 more. Copy or convert")
        );
        Assert.That(Directory.GetFiles(folder.Cache, "*.pack*"), Is.Empty);
    }

    [Test]
    public void Without_a_crop_another_shape_is_named()
    {
        using var folder = new ImageFolder();
        ImageFile[] files =
        [
            folder.Paint("a.png", SKColors.Red, 8, 16),
            folder.Paint("b.png", SKColors.Red, 16, 8),
            folder.Paint("c.png", SKColors.Red, 16, 32),
        ];

        Assert.That(
            () => PackedImages.Open(files, ImageSizing.Shorter(4), folder.Cache, folder.Said.Add, default),
            Throws
                .TypeOf<DataException>()
                .With.Message.StartsWith(
                    "1 of 3 images cannot be used: b.png becomes 8x4, expected 4x8. Write dataset.image_size: n"
                )
        );
    }

    [Test]
    public void Several_may_pack_at_once()
    {
        using var folder = new ImageFolder();
        var files = Painted(folder);

        var read = Enumerable
            .Range(0, 8)
            .AsParallel()
            .WithDegreeOfParallelism(8)
            .Select(_ => Read(folder, files, say: _ => { }))
            .ToArray();

        Assert.That(read, Has.All.EqualTo(new[] { Red, Blue }));
        Assert.That(Directory.GetFiles(folder.Cache), Has.Length.EqualTo(2)); // with the index of the sources
    }

    [Test]
    public void What_a_killed_process_left_half_written_is_removed_and_nothing_else_is()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var abandoned = new[] { Pack(folder), Directory.GetFiles(folder.Cache, "*.index").Single() }
            .Select(path => $"{path}.{new string('a', 32)}.tmp")
            .ToArray();
        var inWork = $"{Pack(folder)}.{new string('b', 32)}.tmp";
        string[] kept = [folder.At("cache/notes.tmp"), folder.At("cache/images-1.pack.tmp"), inWork];
        Array.ForEach([.. abandoned, .. kept], path => File.WriteAllText(path, "half"));
        using var writing = new FileStream(inWork, FileMode.Open, FileAccess.Write, FileShare.Delete);

        ReadAll(folder);

        Assert.That(abandoned.Where(File.Exists), Is.Empty);
        Assert.That(kept, Has.All.Exist);
    }

    [Test]
    public void A_part_that_nobody_went_on_with_for_a_week_is_removed()
    {
        using var folder = new ImageFolder();
        Directory.CreateDirectory(folder.Cache);
        var (old, young, held) = (Part('a', 8), Part('b', 6), Part('c', 8));
        using var holding = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        ReadAll(folder);

        Assert.That(old, Does.Not.Exist);
        Assert.That(new[] { young, held }, Has.All.Exist);

        string Part(char name, int days)
        {
            var path = folder.At($"cache/images-{new string(name, 32)}.pack.part");
            File.WriteAllText(path, "half");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));
            return path;
        }
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_named()
    {
        using var folder = new ImageFolder();
        folder.Write("file", []);

        Assert.That(
            () => PackedImages.Open(Painted(folder), Small, folder.At("file"), folder.Said.Add, default),
            Throws.TypeOf<DataException>().With.Message.StartsWith($"cannot write the pack {folder.At("file")}")
        );
    }

    [Test]
    public void Cancelling_leaves_nothing_behind()
    {
        using var folder = new ImageFolder();

        Assert.That(
            () =>
                PackedImages.Open(
                    Painted(folder),
                    Small,
                    folder.Cache,
                    folder.Said.Add,
                    new CancellationToken(canceled: true)
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Directory.GetFiles(folder.Cache), Is.Empty);
    }
}
