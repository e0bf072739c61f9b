namespace EtrNlp.Cli.Executors;

/// <summary>Every executor, the first being that of commands that name none.</summary>
static class KnownExecutors
{
    /// <summary>The choices of one command.</summary>
    internal static IReadOnlyList<IExecutorChoice> NewChoices() =>
        [new LocalChoice(), new PrintChoice(), new SlurmChoice()];
}
