using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>How the program sets up the GNU allocator, which reads its settings only when a process starts.</summary>
[Category("Process")]
public sealed class AllocatorTests
{
    const string None = "unset GLIBC_TUNABLES ETRNLP_RESTARTED";

    [OneTimeSetUp]
    public void Only_where_it_is()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux has this allocator.");
        }
    }

    [TestCase(None, "glibc.malloc.tcache_count=0:glibc.malloc.hugetlb=1")]
    [TestCase("export GLIBC_TUNABLES=glibc.malloc.perturb=0", "glibc.malloc.perturb=0")]
    [TestCase("export GLIBC_TUNABLES=", "")]
    public void It_starts_anew_without_a_cache_per_thread_unless_the_user_set_tunables(string set, string expected)
    {
        using var tiny = new TinyExperiment();
        using var process = Train(tiny, set);

        // The library ends each setting by a zero where it stands, as the system ends each variable.
        var variables = Of(process, "environ").Replace('\0', ':');
        Assert.That(variables, Does.Contain($":GLIBC_TUNABLES={expected}:"), process.Errors);
    }

    [Test]
    public void It_keeps_its_name_its_arguments_and_the_socket_of_diagnostic_tools()
    {
        using var tiny = new TinyExperiment();
        using var process = Train(tiny, None);

        Assert.That(Of(process, "comm"), Is.EqualTo("etrnlp\n"), process.Errors);
        Assert.That(Of(process, "cmdline").Split('\0'), Does.Contain("training.epochs=100000"));
        Assert.That(File.ReadAllText("/proc/net/unix"), Does.Contain($"/dotnet-diagnostic-{process.Id}-"));
    }

    static EtrnlpProcess Train(TinyExperiment tiny, string set)
    {
        string[] train = ["train", tiny.Base, "--runs", tiny.Runs, "--set", "training.epochs=100000"];
        var process = EtrnlpProcess.StartInShell($"{set}; exec \"$0\" \"$@\"", train);
        process.WaitForTraining();
        return process;
    }

    static string Of(EtrnlpProcess process, string file) => File.ReadAllText($"/proc/{process.Id}/{file}");
}
