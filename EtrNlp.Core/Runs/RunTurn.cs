using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Whose turn it is to work in a run folder: takes its lock, or waits for what another process makes there.
/// </summary>
/// <param name="waits">False refuses where another process works.</param>
/// <param name="say">Hears who is waited for, and where.</param>
/// <param name="cancellation">Ends the wait.</param>
sealed class RunTurn(bool waits, Action<string> say, CancellationToken cancellation)
{
    const int Looks = 5; // another process that only looks has the lock for a moment as well

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Takes the lock of a folder; null if what is wanted of the folder is there first.</summary>
    /// <exception cref="RunException">Another process has the lock, and is not waited for.</exception>
    /// <exception cref="OperationCanceledException">Stopped on request.</exception>
    internal IDisposable? Take(RunFolder folder, Func<bool> isThere)
    {
        string? told = null;
        for (var tries = 1; !isThere(); tries++)
        {
            try
            {
                return RunLock.Take(folder);
            }
            catch (RunException) when (waits || tries < Looks)
            {
                told = tries < Looks ? null : Tell(folder, told);
                cancellation.WaitHandle.WaitOne(tries < Looks ? Look : Poll);
                cancellation.ThrowIfCancellationRequested();
            }
        }

        return null;
    }

    // Told again if the one that was waited for has died and another took its place.
    string Tell(RunFolder folder, string? told)
    {
        var who = EnvironmentFile.LastProcess(folder.EnvironmentPath) ?? told ?? "another process";
        if (who != told)
        {
            say($"{who} is working in {folder.Path}; waiting for its result, with --no-wait this is refused");
        }

        return who;
    }
}
