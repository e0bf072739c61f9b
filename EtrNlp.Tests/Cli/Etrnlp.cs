using System.Diagnostics;
using EtrNlp.Cli.Commands;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Sweeps;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// The program as a user meets it: its command line within this process, or the built executable in a folder.
/// </summary>
static class Etrnlp
{
    public static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using StringWriter output = new(),
            error = new();
        var code = await CommandLine.RunAsync(args, new Outlet(output), new Outlet(error));
        return (code, output.ToString(), error.ToString());
    }

    static string Executable => Path.Combine(AppContext.BaseDirectory, "etrnlp");

    public static Process Start(
        string folder,
        string[] args,
        Dictionary<string, string>? environment = null,
        string? executable = null
    ) => Start(new ProcessStartInfo(executable ?? Executable, args), folder, environment);

    /// <summary>By a command of bash, in which <c>"$0" "$@"</c> stands for the program and its arguments.</summary>
    public static Process StartInShell(string command, string folder, params string[] args) =>
        Start(new ProcessStartInfo("bash", ["-o", "pipefail", "-c", command, Executable, .. args]), folder, null);

    static Process Start(ProcessStartInfo start, string folder, Dictionary<string, string>? environment)
    {
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of a process and what it said that was not read yet.</summary>
    public static (int Code, string Output, string Error) Finish(this Process process)
    {
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.WaitForExit();
            return (process.ExitCode, output.Result, error.Result);
        }
    }

    public static IEnumerable<string> Experiments => Shipped.Where(file => !IsSweep(file));

    public static IEnumerable<string> Sweeps => Shipped.Where(IsSweep);

    /// <summary>The override with which every shipped file needs no data.</summary>
    public const string OnScenes = "dataset.kind=scenes";

    /// <summary>The path of a shipped file from the folder that holds <c>experiments</c>.</summary>
    public static string Relative(string file) => Path.GetRelativePath(AppContext.BaseDirectory, file);

    static string[] Shipped =>
        Directory.GetFiles(
            Path.Combine(AppContext.BaseDirectory, "experiments"),
            "*.yaml",
            SearchOption.AllDirectories
        );

    static bool IsSweep(string file) => SweepFile.IsSweep(file);

    public static void CopyExperiments(TemporaryFolder folder)
    {
        foreach (var file in Experiments)
        {
            var copy = folder.File(Relative(file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
