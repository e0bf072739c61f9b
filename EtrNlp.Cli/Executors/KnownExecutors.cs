namespace EtrNlp.Cli.Executors;

/// <summary>A way to have runs trained, by the name that <c>--executor</c> takes.</summary>
/// <param name="Name">The name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Create">Makes one.</param>
sealed record ExecutorEntry(string Name, string Summary, Func<ExecutorRequest, IExecutor> Create);

/// <summary>Every executor, the first being that of commands that name none.</summary>
static class KnownExecutors
{
    internal static IReadOnlyList<ExecutorEntry> All { get; } = [LocalExecutor.Entry, PrintExecutor.Entry];
}
