namespace EtrNlp.Cli.Processes;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongInput = 2;

    /// <summary>
    /// SIGTERM, SIGHUP or SIGUSR1 after a checkpoint; sysexits' "try again": batch systems start such jobs anew.
    /// </summary>
    public const int Terminated = 75;

    public const int TakenOver = 76; // another process has the run: nothing was written since, nothing is to be done

    public const int Interrupted = 130; // Ctrl+C after a checkpoint, 128 + SIGINT
}
