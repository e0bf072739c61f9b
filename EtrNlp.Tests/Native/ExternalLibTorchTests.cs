using EtrNlp.Core.Devices;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Native;

/// <summary>A libtorch of the user's own is judged by the files beside it, before anything of it is loaded.</summary>
public sealed class ExternalLibTorchTests
{
    static readonly TorchBuild Build = new("external", "0.107.0", "2.10.0");
    static readonly string Library =
        OperatingSystem.IsWindows() ? "torch_cpu.dll"
        : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
        : "libtorch_cpu.so";

    TemporaryFolder _folder = null!;
    string _lib = null!;

    [SetUp]
    public void Lay_out_a_distribution()
    {
        _folder = new TemporaryFolder();
        _lib = Directory.CreateDirectory(_folder.File("lib")).FullName;
        File.WriteAllText(Path.Combine(_lib, Library), "");
    }

    [TearDown]
    public void Remove_it() => _folder.Dispose();

    [TestCase("build-version", "2.10.0+cpu\n")] // libtorch's zip
    [TestCase("version.py", "__version__ = '2.10.1+cu128'\ndebug = False\n")] // a Python wheel
    public void The_version_is_read_from_the_files_of_a_distribution(string file, string text)
    {
        File.WriteAllText(_folder.File(file), text);

        Assert.That(ExternalLibTorch.Complaint(_lib, anyVersion: false, Build), Is.Null);
    }

    [Test]
    public void Another_version_is_refused_unless_it_is_wanted()
    {
        File.WriteAllText(_folder.File("build-version"), "2.1.0+cpu\n"); // 2.1 is not 2.10

        Assert.That(
            ExternalLibTorch.Complaint(_lib, anyVersion: false, Build),
            Does.Contain("holds libtorch 2.1.0").And.Contain("made for 2.10")
        );
        Assert.That(ExternalLibTorch.Complaint(_lib, anyVersion: true, Build), Is.Null);
    }

    [Test]
    public void A_system_package_tells_its_version_by_the_name_of_the_linked_file()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux names libraries so.");
        }

        File.Move(Path.Combine(_lib, Library), Path.Combine(_lib, $"{Library}.1.13.0"));
        File.CreateSymbolicLink(Path.Combine(_lib, Library), $"{Library}.1.13.0");

        Assert.That(LibTorchVersion.Of(_lib), Is.EqualTo("1.13.0"));
    }

    [Test]
    public void An_unknown_version_is_said_to_be_unknown() =>
        Assert.That(
            ExternalLibTorch.Complaint(_lib, anyVersion: false, Build),
            Does.Contain("unknown version").And.Contain("ETRNLP_LIBTORCH_ANY_VERSION=1")
        );

    [Test]
    public void A_folder_without_libtorch_is_named() =>
        Assert.That(
            ExternalLibTorch.Complaint(_folder.Path, anyVersion: true, Build),
            Does.Contain($"'{_folder.Path}'").And.Contain($"no {Library}")
        );

    [TestCase(null)]
    [TestCase("")]
    public void Without_a_folder_the_variable_is_named(string? folder) =>
        Assert.That(ExternalLibTorch.Complaint(folder, anyVersion: false, Build), Does.Contain("set ETRNLP_LIBTORCH"));
}
