using System.Net.Sockets;
using System.Text;
using EtrNlp.Data.Files;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Files;

public sealed class RegularFileTests
{
    TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void A_file_is_read_whole_up_to_the_bound()
    {
        var path = Write([1, 2, 3]);

        Assert.That(RegularFile.ReadBytes(path, 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(
            () => RegularFile.ReadBytes(path, 2),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("it has 3 bytes, and at most 2 are read")
        );
        Assert.That(RegularFile.Obstacle(path), Is.Null);
    }

    [Test]
    public void A_huge_file_is_refused_before_it_is_read()
    {
        var path = Write([]);
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.SetLength(file, 1L << 40);
        }

        Assert.That(
            () => RegularFile.ReadText(path),
            Throws.InstanceOf<IOException>().With.Message.StartsWith("it has 1,099,511,627,776 bytes")
        );
    }

    [Test]
    public void Text_is_UTF8_or_what_its_mark_says()
    {
        Assert.That(RegularFile.ReadText(Write([0xC3, 0xA4])), Is.EqualTo("ä"));
        Assert.That(RegularFile.ReadText(Write([0xEF, 0xBB, 0xBF, 0xC3, 0xA4])), Is.EqualTo("ä"));
        Assert.That(RegularFile.ReadText(Write([0xFF, 0xFE, 0xE4, 0])), Is.EqualTo("ä"));
        Assert.That(() => RegularFile.ReadText(Write([0xE4])), Throws.InstanceOf<DecoderFallbackException>());
    }

    [Test]
    public void A_missing_file_is_missing()
    {
        Assert.That(RegularFile.Obstacle(_folder.File("none")), Is.EqualTo(RegularFile.Missing));
        Assert.That(() => RegularFile.ReadText(_folder.File("none")), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public void A_folder_is_no_file() => IsRefused(_folder.Path, "a folder");

    [Test]
    [Platform("Unix")]
    public void A_link_is_followed_to_its_end()
    {
        var path = Write([1]);
        File.CreateSymbolicLink(_folder.File("first"), path);
        File.CreateSymbolicLink(_folder.File("second"), _folder.File("first"));

        Assert.That(RegularFile.ReadBytes(_folder.File("second"), 1), Is.EqualTo(new byte[] { 1 }));
        Assert.That(RegularFile.Obstacle(_folder.File("second")), Is.Null);
    }

    [Test]
    [Platform("Unix")]
    public void A_link_without_an_end_is_refused()
    {
        File.CreateSymbolicLink(_folder.File("dangling"), _folder.File("none"));
        File.CreateSymbolicLink(_folder.File("loop"), _folder.File("loop"));

        IsRefused(_folder.File("dangling"), "a symbolic link to nothing");
        IsRefused(_folder.File("loop"), "a symbolic link to nothing");
    }

    [Test]
    [Platform("Linux")]
    [CancelAfter(Patience.Milliseconds)]
    public void A_named_pipe_is_refused_without_waiting_for_a_writer()
    {
        NamedPipe.Create(_folder.File("pipe"));
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("pipe"));

        IsRefused(_folder.File("pipe"), "a named pipe; only regular files are read");
        IsRefused(_folder.File("link"), "a named pipe; only regular files are read");
    }

    [TestCase("/dev/zero")]
    [TestCase("/dev/null")]
    [Platform("Linux")]
    public void A_device_is_refused(string device) => IsRefused(device, "a device; only regular files are read");

    [Test]
    [Platform("Linux")]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("socket")));

        IsRefused(_folder.File("socket"), "a socket; only regular files are read");
    }

    static void IsRefused(string path, string obstacle)
    {
        Assert.That(RegularFile.Obstacle(path), Is.EqualTo(obstacle));
        Assert.That(
            () => RegularFile.ReadBytes(path, 1),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"it is {obstacle}")
        );
    }

    string Write(byte[] bytes)
    {
        File.WriteAllBytes(_folder.File("file"), bytes);
        return _folder.File("file");
    }
}
