using System.Diagnostics;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>The built program, run as a process of its own.</summary>
public sealed class ProgramTests
{
    [TestCase("--help", ExpectedResult = false)]
    [TestCase("info", ExpectedResult = true)] // shows that the log would tell
    public bool Libtorch_is_loaded_only_where_it_is_needed(string argument)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux's loader keeps a log.");
        }

        using var logs = new TemporaryFolder();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "etrnlp"), argument) { RedirectStandardOutput = true };
        start.Environment["LD_DEBUG"] = "files";
        start.Environment["LD_DEBUG_OUTPUT"] = logs.File("log");

        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero);
        return Directory.GetFiles(logs.Path).Any(log => File.ReadAllText(log).Contains("libtorch_cpu", StringComparison.Ordinal));
    }
}
