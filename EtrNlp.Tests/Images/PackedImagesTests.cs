using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

public sealed class PackedImagesTests
{
    static readonly ImageSizing Small = ImageSizing.Stretch(new(2, 3));

    static readonly byte[] Red = [.. Enumerable.Repeat<byte[]>([255, 0, 0], 6).SelectMany(pixel => pixel)];
    static readonly byte[] Blue = [.. Enumerable.Repeat<byte[]>([0, 0, 255], 6).SelectMany(pixel => pixel)];

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

    [TestCase(0, 254)] // a clock may not have told the two apart
    [TestCase(-60, 255)] // nothing of the file is read
    public void A_source_of_the_same_length_and_time_is_read_again_only_where_it_had_just_been_written(
        int seconds,
        int expected
    )
    {
        using var folder = new ImageFolder();
        var image = folder.Write("a.bmp", Bitmap(255));
        Replace(image, Bitmap(255), seconds);
        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(255));

        Replace(image, Bitmap(254), 0, File.GetLastWriteTimeUtc(image.Path));

        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(expected));
    }

    [Test]
    public void A_source_of_another_time_or_length_is_read_again()
    {
        using var folder = new ImageFolder();
        var image = folder.Write("a.bmp", Bitmap(255));
        var time = Replace(image, Bitmap(255), -60);
        Read(folder, [image]);

        Replace(image, Bitmap(254), 1, time);
        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(254));

        Replace(image, [.. Bitmap(253), 0], 1, time);
        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(253));
    }

    [Test]
    public void A_source_behind_a_link_is_known_by_what_the_link_leads_to()
    {
        using var folder = new ImageFolder();
        var (image, other) = (folder.Write("a.bmp", Bitmap(255)), folder.Write("b.bmp", Bitmap(254)));
        Replace(image, Bitmap(255), -60);
        Replace(other, Bitmap(254), -90);
        File.CreateSymbolicLink(folder.At("link.bmp"), image.Path);
        Assert.That(Read(folder, [folder.File("link.bmp")])[0][0], Is.EqualTo(255));

        File.Delete(folder.At("link.bmp"));
        File.CreateSymbolicLink(folder.At("link.bmp"), other.Path);

        Assert.That(Read(folder, [folder.File("link.bmp")])[0][0], Is.EqualTo(254));
    }

    [Test]
    public void Verifying_reads_every_byte_and_names_what_changed_behind_its_length_and_time()
    {
        using var folder = new ImageFolder();
        var image = folder.Write("a.bmp", Bitmap(255));
        var time = Replace(image, Bitmap(255), -60);
        Read(folder, [image]);
        Replace(image, Bitmap(254), 0, time);

        Assert.That(
            () => Read(folder, [image], verify: true),
            Throws
                .TypeOf<DataException>()
                .With.Message.StartsWith(
                    "1 of 1 images have other bytes than when they were last read, though of the same size and time: a.bmp."
                )
        );
        Assert.That(Read(folder, [image], verify: true)[0][0], Is.EqualTo(254));
    }

    [Test]
    public void Verifying_reads_every_pixel_of_the_pack()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        Flip(folder, (int)new FileInfo(Pack(folder)).Length - 32 - 64 - 18);
        folder.Said.Clear();

        using var images = PackedImages.Open(
            Files(folder),
            Small,
            folder.Cache,
            folder.Said.Add,
            default,
            verify: true
        );

        Assert.That(
            folder.Said,
            Has.One.EqualTo($"the pack {Pack(folder)} is damaged at b.png, which is decoded again")
        );
    }

    [Test]
    public void An_index_of_sources_that_is_damaged_or_gone_costs_time_alone()
    {
        using var folder = new ImageFolder();
        var image = folder.Write("a.bmp", Bitmap(255));
        var time = Replace(image, Bitmap(255), -60);
        Read(folder, [image]);
        var index = Directory.GetFiles(folder.Cache, "*.index").Single();
        var bytes = File.ReadAllBytes(index);
        bytes[20] ^= 1; // in the hash of the file
        File.WriteAllBytes(index, bytes);
        Replace(image, Bitmap(254), 0, time);

        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(254));
        File.Delete(index);
        Assert.That(Read(folder, [image])[0][0], Is.EqualTo(254));
    }

    [Test]
    public void Another_sizing_is_another_pack()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);

        using var images = PackedImages.Open(
            Files(folder),
            ImageSizing.Crop(4),
            folder.Cache,
            folder.Said.Add,
            default
        );

        Assert.That(images.Size, Is.EqualTo(new ImageSize(4, 4)));
        Assert.That(Directory.GetFiles(folder.Cache, "*.pack"), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_damaged_image_is_decoded_again_and_put_back()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var whole = File.ReadAllBytes(Pack(folder));
        // From the end: seal 32, two hashes 64, two images 18 each; the first byte of the second image.
        Flip(folder, whole.Length - 32 - 64 - 18);
        folder.Said.Clear();

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(
            folder.Said,
            Has.One.EqualTo($"the pack {Pack(folder)} is damaged at b.png, which is decoded again")
        );
        Assert.That(File.ReadAllBytes(Pack(folder)), Is.EqualTo(whole));
    }

    [TestCase(0, "its head cannot be read")]
    [TestCase(20, "its head cannot be read")]
    [TestCase(-1, "its hashes have changed")]
    [TestCase(-40, "its hashes have changed")]
    public void A_pack_with_damaged_parts_is_made_again(int at, string reason)
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var whole = File.ReadAllBytes(Pack(folder));
        Flip(folder, at < 0 ? whole.Length + at : at);
        folder.Said.Clear();

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(folder.Said[0], Is.EqualTo($"the pack {Pack(folder)} is damaged ({reason}) and is made again"));
        Assert.That(File.ReadAllBytes(Pack(folder)), Is.EqualTo(whole));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void A_torn_pack_is_made_again(int change)
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        using (var file = File.OpenWrite(Pack(folder)))
        {
            file.SetLength(file.Length + change);
        }

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(
            folder.Said,
            Has.One.Contains("is damaged (it is shorter or longer than it should be) and is made again")
        );
    }

    [Test]
    public void Broken_images_are_named_together_and_leave_no_pack()
    {
        using var folder = new ImageFolder();
        ImageFile[] files =
        [
            .. Files(folder),
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
        var files = Files(folder);

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

    [TestCase("Count", 2, 9)]
    [TestCase("Width", 3, -1)]
    [TestCase("Height", 2, int.MaxValue)]
    public void A_pack_whose_head_speaks_of_other_images_is_made_again(string key, int right, int wrong)
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var text = Encoding
            .Latin1.GetString(File.ReadAllBytes(Pack(folder)))
            .Replace($"\"{key}\":{right}", $"\"{key}\":{wrong}", StringComparison.Ordinal);
        byte[] bytes = Encoding.Latin1.GetBytes(text),
            head = BitConverter.GetBytes((long)text.IndexOf('}') - 7);
        File.WriteAllBytes(Pack(folder), [.. head, .. bytes[head.Length..]]);

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(folder.Said, Has.One.Contains("is damaged (its head cannot be read) and is made again"));
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_named()
    {
        using var folder = new ImageFolder();
        folder.Write("file", []);

        Assert.That(
            () => PackedImages.Open(Files(folder), Small, folder.At("file"), folder.Said.Add, default),
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
                    Files(folder),
                    Small,
                    folder.Cache,
                    folder.Said.Add,
                    new CancellationToken(canceled: true)
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Directory.GetFiles(folder.Cache), Is.Empty);
    }

    static ImageFile[] Files(ImageFolder folder) =>
        [folder.Paint("a.png", SKColors.Red), folder.Paint("b.png", SKColors.Blue)];

    static byte[][] ReadAll(ImageFolder folder) => Read(folder, Files(folder));

    static byte[][] Read(ImageFolder folder, ImageFile[] files, Action<string>? say = null, bool verify = false)
    {
        using var images = PackedImages.Open(files, Small, folder.Cache, say ?? folder.Said.Add, default, verify);
        return
        [
            .. Enumerable
                .Range(0, files.Length)
                .Select(i =>
                {
                    var pixels = new byte[images.ImageBytes];
                    images.Read(i, pixels);
                    return pixels;
                }),
        ];
    }

    // Written some seconds after a moment, or after now.
    static DateTime Replace(ImageFile image, byte[] bytes, int seconds, DateTime? moment = null)
    {
        File.WriteAllBytes(image.Path, bytes);
        File.SetLastWriteTimeUtc(image.Path, (moment ?? DateTime.UtcNow).AddSeconds(seconds));
        return File.GetLastWriteTimeUtc(image.Path);
    }

    static string Pack(ImageFolder folder) => Directory.GetFiles(folder.Cache, "*.pack").Single();

    static void Flip(ImageFolder folder, int at)
    {
        var bytes = File.ReadAllBytes(Pack(folder));
        bytes[at] ^= 1;
        File.WriteAllBytes(Pack(folder), bytes);
    }

    // A Windows bitmap of one pixel: 14 bytes of file header, 40 of image header, then blue, green, red and a byte of
    // padding.
    static byte[] Bitmap(byte red) =>
        [
            .. "BM"u8,
            58,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            54,
            0,
            0,
            0,
            40,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            0,
            24,
            0,
            0,
            0,
            0,
            0,
            4,
            0,
            0,
            0,
            .. new byte[16],
            0,
            0,
            red,
            0,
        ];
}
