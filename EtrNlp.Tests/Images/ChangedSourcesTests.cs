using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;
using NUnit.Framework;
using static EtrNlp.Tests.Images.RedAndBlue;

namespace EtrNlp.Tests.Images;

/// <summary>Images that change after they were packed: by length and time, or by every byte.</summary>
public sealed class ChangedSourcesTests
{
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
                    "1 of 1 images have other bytes than when they were last read, "
                        + "though of the same size and time: a.bmp."
                )
        );
        Assert.That(Read(folder, [image], verify: true)[0][0], Is.EqualTo(254));
    }

    // What it changes to between the two shows who reads it.
    [TestCase("a.bmp", 0)]
    [TestCase("b.bmp", 1)]
    public void A_file_of_images_and_maps_is_verified_once_and_other_files_too(string changes, int mistakes)
    {
        using var folder = new ImageFolder();
        ImageFile[] files = [folder.Write("a.bmp", Bitmap(255)), folder.Write("b.bmp", Bitmap(255))];
        var times = Array.ConvertAll(files, file => Replace(file, Bitmap(255), -60));
        Hash([Part("images", files[0])]);
        Hash([Part("maps", files[1])]);
        var verified = Hash([Part("images", files[0])], verify: true);
        var changed = Array.FindIndex(files, file => file.Name == changes);

        Replace(files[changed], Bitmap(254), 0, times[changed]);

        Assert.That(
            () => Hash([Part("maps", files[changed])], verify: true, verified),
            mistakes == 0 ? Throws.Nothing : Throws.TypeOf<DataException>().With.Message.Contains("1 of 1 maps")
        );

        SourceImages Hash(ImageFile[] parts, bool verify = false, SourceImages? beside = null) =>
            SourceImages.Hash(parts, folder.Cache, folder.Said.Add, default, verify, "maps", verified: beside);

        static ImageFile Part(string text, ImageFile file) => file with { Part = new FilePart(text, () => []) };
    }

    // Of four files one has changed: it is the last, and nothing is left when it was read.
    [Test]
    public void Files_that_are_known_count_as_checked_from_the_start()
    {
        using var folder = new ImageFolder();
        ImageFile[] images = [.. Enumerable.Range(0, 4).Select(i => folder.Write($"{i}.bmp", Bitmap(255)))];
        Array.ForEach(images, image => Replace(image, Bitmap(255), -60));
        SourceImages.Hash(images, folder.Cache, folder.Said.Add, default);
        Replace(images[2], Bitmap(254), -30);

        SourceImages.Hash(images, folder.Cache, folder.Said.Add, default, time: new HastyClock());

        Assert.That(folder.Said, Is.EqualTo(new[] { "images checked for changes: 4 of 4, 0 s left" }));
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

    // Written some seconds after a moment, or after now.
    static DateTime Replace(ImageFile image, byte[] bytes, int seconds, DateTime? moment = null)
    {
        File.WriteAllBytes(image.Path, bytes);
        File.SetLastWriteTimeUtc(image.Path, (moment ?? DateTime.UtcNow).AddSeconds(seconds));
        return File.GetLastWriteTimeUtc(image.Path);
    }

    // A minute passes between two looks at it.
    sealed class HastyClock : TimeProvider
    {
        long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _looks, 60);
    }

    // A Windows bitmap of one pixel: 14 bytes of file header, 40 of image header, then blue, green, red and a byte of
    // padding.
    static byte[] Bitmap(byte red) =>
        [
            .. Convert.FromHexString("424D3A0000000000000036000000"),
            .. Convert.FromHexString(
                "28000000010000000100000001001800000000000400000000000000000000000000000000000000"
            ),
            0,
            0,
            red,
            0,
        ];
}
