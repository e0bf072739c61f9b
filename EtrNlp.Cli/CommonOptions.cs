using System.CommandLine;

namespace EtrNlp.Cli;

/// <summary>Options that several commands share.</summary>
static class CommonOptions
{
    internal static Argument<FileInfo> File() => new("file") { Description = "Experiment file (YAML)." };

    internal static Option<string[]> Set() => new("--set")
    {
        Description = "path.to.key=value: overrides the file, typed and checked like it; may be given more than once.",
        AllowMultipleArgumentsPerToken = false,
    };

    internal static Option<string> Runs() => new("--runs") { Description = "Folder of run folders.", DefaultValueFactory = _ => "runs" };

    internal static Option<string> Device() => new("--device") { Description = "auto, cpu or cuda[:n].", DefaultValueFactory = _ => "auto" };

    internal static Option<int?> Threads() => new("--threads") { Description = "CPU threads; the same as --set threads=n." };

    internal static Option<bool> Json() => new("--json") { Description = "Write machine-readable JSON to standard output." };

    internal static Option<bool> Quiet() => new("--quiet") { Description = "No progress, only errors and the result." };
}
