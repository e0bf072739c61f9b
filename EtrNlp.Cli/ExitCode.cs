namespace EtrNlp.Cli;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongInput = 2;
    public const int Terminated = 75; // SIGTERM after a checkpoint; sysexits' "try again": batch systems start such jobs anew
    public const int Interrupted = 130; // Ctrl+C after a checkpoint, 128 + SIGINT
}
