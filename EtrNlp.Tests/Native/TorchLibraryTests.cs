using EtrNlp.Core.Devices;
using NUnit.Framework;

namespace EtrNlp.Tests.Native;

/// <summary>What this very process has loaded.</summary>
public sealed class TorchLibraryTests
{
    [Test]
    public void A_loaded_library_is_told_with_its_files_and_devices()
    {
        TorchLibrary.EnsureLoaded();

        var info = TorchLibrary.Describe();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(info.Loaded, Is.True);
            Assert.That(info.Failure, Is.Null);
            Assert.That(info.Threads, Is.Positive);
            Assert.That(info.Devices[0].Name, Is.EqualTo("cpu"));
            Assert.That(info.TorchSharp, Does.Match("^0\\.[0-9]+\\.[0-9]+$"));
            Assert.That(info.Backend, Is.AnyOf("cpu", "cuda", "external"));
        }
    }

    [Test]
    public void There_is_one_libtorch_in_the_process()
    {
        if (OperatingSystem.IsMacOS())
        {
            Assert.Ignore("macOS does not tell the modules of a process.");
        }

        Assert.That(
            TorchLibrary
                .Describe()
                .Files.Where(file => Path.GetFileName(file).Contains("torch_cpu", StringComparison.Ordinal)),
            Has.One.Items
        );
    }
}
