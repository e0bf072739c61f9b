using EtrNlp.Data.Images;
using NUnit.Framework;
using static EtrNlp.Tests.Images.RedAndBlue;

namespace EtrNlp.Tests.Images;

/// <summary>Many threads that read one pack.</summary>
public sealed class SharedPackTests
{
    [Test]
    public void Threads_that_meet_a_damaged_image_at_once_repair_it_once()
    {
        using var folder = new ImageFolder();
        ReadAll(folder);
        var whole = File.ReadAllBytes(Pack(folder));
        var damaged = whole.ToArray();
        damaged[^(32 + 64 + 18)] ^= 1; // from the end: seal, two hashes, the second image
        for (var round = 0; round < 20; round++)
        {
            File.WriteAllBytes(Pack(folder), damaged);
            folder.Said.Clear();
            using var images = PackedImages.Open(Painted(folder), Small, folder.Cache, folder.Said.Add, default);
            using var together = new Barrier(8);

            var read = Enumerable.Range(0, 8).Select(_ => new byte[images.ImageBytes]).ToArray();
            var threads = read.Select(pixels => new Thread(() =>
                {
                    together.SignalAndWait();
                    images.Read(1, pixels);
                }))
                .ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            Assert.That(read, Has.All.EqualTo(Blue));
            Assert.That(folder.Said, Has.Exactly(1).Contains("is damaged at b.png"));
            Assert.That(File.ReadAllBytes(Pack(folder)), Is.EqualTo(whole));
        }
    }
}
