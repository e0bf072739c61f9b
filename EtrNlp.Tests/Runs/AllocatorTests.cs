using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>How the program sets up the GNU allocator, which reads its settings only when a process starts.</summary>
[Category("Process")]
public sealed class AllocatorTests
{
    [TestCase("unset GLIBC_TUNABLES", "glibc.malloc.tcache_count=0")]
    [TestCase("export GLIBC_TUNABLES=glibc.malloc.perturb=0", "glibc.malloc.perturb=0")]
    public void It_starts_anew_without_a_cache_per_thread_unless_the_user_set_tunables(string set, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux has this allocator.");
        }

        using var tiny = new TinyExperiment();
        string[] train = ["train", tiny.Base, "--runs", tiny.Runs, "--set", "training.epochs=100000"];
        using var process = EtrnlpProcess.StartInShell($"{set}; exec \"$0\" \"$@\"", train);
        process.WaitForTraining();

        Assert.That(
            File.ReadAllText($"/proc/{process.Id}/environ").Split('\0'),
            Has.One.EqualTo($"GLIBC_TUNABLES={expected}"),
            process.Errors
        );
    }
}
