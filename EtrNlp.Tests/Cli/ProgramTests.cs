using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>The built program, run as a process of its own.</summary>
[Category("Process")]
public sealed class ProgramTests
{
    [TestCase(false, "--help")]
    [TestCase(false, "validate", "experiments/smoke.yaml")]
    [TestCase(false, "list", "--json")]
    [TestCase(false, "list", "--schema")]
    [TestCase(false, "profile", "experiments/smoke.yaml", "--verbose")]
    [TestCase(false, "compare", "runs/etr", "--baseline", "runs/base")]
    [TestCase(false, "report", "table5")]
    [TestCase(true, "info")] // shows that the log would tell
    public void Libtorch_is_loaded_only_where_it_is_needed(bool loaded, params string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux's loader keeps a log.");
        }

        using var folder = new TemporaryFolder();
        Etrnlp.CopyExperiments(folder);
        HandMadeResult.Write(folder, "base", 0, 0.5, 0.5);
        HandMadeResult.Write(folder, "etr", 0, 0.5, 0.5);
        var (code, _, error) = Etrnlp
            .Start(folder.Path, args, new() { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = folder.File("log") })
            .Finish();

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            Directory
                .GetFiles(folder.Path, "log*")
                .Any(log => File.ReadAllText(log).Contains("libtorch_cpu", StringComparison.Ordinal)),
            Is.EqualTo(loaded)
        );
    }
}
