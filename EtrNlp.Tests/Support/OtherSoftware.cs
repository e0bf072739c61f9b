using System.Diagnostics;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>Programs that read and write files independently: Python with numpy and Pillow, and LaTeX.</summary>
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

    /// <summary>
    /// Sets a document and gives the log and the text of its pages; where there is no pdflatex or pdftotext, the test
    /// is skipped and says so.
    /// </summary>
    public static (string Log, string Pages) Latex(string document)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("page.tex"), document);
        var code = Run("pdflatex", folder.Path, ["-interaction=nonstopmode", "-halt-on-error", "page.tex"]);
        if (code is null || Run("pdftotext", folder.Path, ["-layout", "page.pdf"]) is null)
        {
            Assert.Ignore("there are no pdflatex and pdftotext to set the page with");
        }

        var log = File.ReadAllText(folder.File("page.log"));
        Assert.That(code, Is.Zero, log);
        return (log, File.ReadAllText(folder.File("page.txt")));
    }

    // The exit code; null where there is no such program.
    static int? Run(string program, string folder, string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true }
            )!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
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
