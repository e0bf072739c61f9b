using System.CommandLine;

namespace EtrNlp.Cli;

/// <summary>Options that several commands share.</summary>
static class CommonOptions
{
    internal static Argument<string[]> Files() => new("file") { Description = "Experiment files (YAML).", Arity = ArgumentArity.OneOrMore };

    internal static Option<string[]> Set() => new("--set")
    {
        Description = "path.to.key=value: overrides the file, typed and checked like it; may be given more than once.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false,
    };

    internal static Option<string> Runs() => new("--runs") { Description = "Folder of run folders.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    internal static Option<string> Device() => new("--device") { Description = "auto, cpu or cuda[:n].", HelpName = "device", DefaultValueFactory = _ => "auto" };

    internal static Option<int?> Threads() => new("--threads") { Description = "CPU threads; the same as --set threads=n.", HelpName = "n" };

    internal static Option<bool> Json() => new("--json") { Description = "Write JSON to standard output." };

    internal static Option<bool> Quiet() => new("--quiet") { Description = "No progress, only errors and the result." };
}
