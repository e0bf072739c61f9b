using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Images;
using NUnit.Framework;
using static EtrNlp.Tests.Images.RedAndBlue;

namespace EtrNlp.Tests.Images;

/// <summary>What a disk or another program did to a pack costs time alone.</summary>
public sealed class DamagedPackTests
{
    [Test]
    public void Verifying_reads_every_pixel_of_the_pack()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        Flip(folder, (int)new FileInfo(Pack(folder)).Length - 32 - 64 - 18);
        folder.Said.Clear();

        using var images = PackedImages.Open(
            Painted(folder),
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
    public void A_pack_from_before_there_were_maps_is_read_as_it_is()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        // Length of the head 8, head, two images 18 each, two hashes 64, seal 32, which is of head and hashes.
        var whole = File.ReadAllBytes(Pack(folder));
        var head = Encoding.UTF8.GetBytes(
            Encoding
                .UTF8.GetString(whole.AsSpan(8, whole.Length - 8 - 36 - 64 - 32))
                .Replace(",\"PixelBytes\":3", "", StringComparison.Ordinal)
        );
        byte[] hashes = whole[^96..^32],
            old =
            [
                .. BitConverter.GetBytes((long)head.Length),
                .. head,
                .. whole[^132..^96],
                .. hashes,
                .. SHA256.HashData([.. head, .. hashes]),
            ];
        File.WriteAllBytes(Pack(folder), old);
        folder.Said.Clear();

        Assert.That(ReadAll(folder), Is.EqualTo(new[] { Red, Blue }));
        Assert.That(old, Has.Length.EqualTo(whole.Length - ",\"PixelBytes\":3".Length));
        Assert.That(folder.Said, Is.Empty);
        Assert.That(File.ReadAllBytes(Pack(folder)), Is.EqualTo(old));
    }

    static void Flip(ImageFolder folder, int at)
    {
        var bytes = File.ReadAllBytes(Pack(folder));
        bytes[at] ^= 1;
        File.WriteAllBytes(Pack(folder), bytes);
    }
}
