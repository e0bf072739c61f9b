using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>Signals to processes that tests start.</summary>
static class Signals
{
    static readonly Dictionary<string, int> Numbers = new()
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["USR1"] = 10,
        ["TERM"] = 15,
    };

    /// <summary>
    /// Skips a test where there is no such signal, or where processes begin with it ignored: a shell starts what it
    /// leaves in the background without SIGINT, and nohup without SIGHUP.
    /// </summary>
    public static void RequireHeard(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("There are no such signals here.");
        }

        if (OperatingSystem.IsLinux() && (Ignored() >> (Numbers[name] - 1) & 1) == 1)
        {
            Assert.Ignore($"Processes begin with SIG{name} ignored here.");
        }
    }

    /// <summary>Sends one.</summary>
    public static void Send(this Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    // A bit for each signal that a new process ignores.
    static ulong Ignored()
    {
        var start = new ProcessStartInfo("grep", ["^SigIgn:", "/proc/self/status"]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var line = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
