using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Commands;

/// <summary>Runs of which something cannot be read, and which therefore do not count.</summary>
static class DamagedRuns
{
    /// <summary>Names each with what is wrong.</summary>
    internal static void Say(IEnumerable<RunStatus> damaged, TextWriter notices)
    {
        foreach (var run in damaged)
        {
            notices.WriteLine($"{run.Path} is damaged and is left out: {run.Damage}");
        }
    }
}
