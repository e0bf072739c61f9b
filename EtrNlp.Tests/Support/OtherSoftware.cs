using System.Diagnostics;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>Python with numpy and Pillow, as an independent reader and writer of files.</summary>
static class OtherSoftware
{
    static readonly Lazy<string?> Interpreter = new(() =>
        ((string[])["python3", "/usr/bin/python3"]).FirstOrDefault(name => Run(name, "import numpy, PIL") == "")
    );

    /// <summary>
    /// Runs a script; where there is no such Python, or it lacks a module that the script needs, the test is skipped
    /// and says so.
    /// </summary>
    public static void Python(string script, string needs = "numpy")
    {
        if (Interpreter.Value is not { } python)
        {
            Assert.Ignore("there is no python3 with numpy and Pillow to compare with");
            return;
        }

        if (Run(python, $"import {needs}") != "")
        {
            Assert.Ignore($"python3 has no {needs} to compare with");
        }

        Assert.That(Run(python, script), Is.Empty);
    }

    // What it complains about; nothing where it succeeds.
    static string Run(string python, string script)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, ["-W", "ignore", "-c", script]) { RedirectStandardError = true }
            )!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : $"{error} ({process.ExitCode})";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
