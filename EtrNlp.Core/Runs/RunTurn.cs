using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Whose turn it is to work in a run folder: takes its lock, or waits for what another process makes there.
/// </summary>
/// <param name="options">Says who asks.</param>
/// <param name="waits">False refuses where another process works.</param>
/// <param name="say">Hears who is waited for, and where.</param>
/// <param name="cancellation">Ends the wait.</param>
sealed class RunTurn(RunOptions options, bool waits, Action<string> say, CancellationToken cancellation)
{
    const int Looks = 5; // another process that only looks has the lock for a moment as well

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan MostPoll = TimeSpan.FromMilliseconds(500);

    // More than once in a beat.
    TimeSpan Poll => options.Beat / 2 < MostPoll ? options.Beat / 2 : MostPoll;

    /// <summary>Takes the lock of a folder; null if what is wanted of the folder is there first.</summary>
    /// <exception cref="RunException">Another process works there, and is not waited for.</exception>
    /// <exception cref="OperationCanceledException">Stopped on request.</exception>
    internal LateLock? Take(RunFolder folder, Func<bool> isThere)
    {
        var (watch, told) = (new LeaseWatch(options.Owner, options.Patience), "");
        for (var looks = 1; !isThere(); looks++)
        {
            var lease = FoundLease.In(folder);
            var claim = RunLock.TryTake(folder);
            if (watch.Frees(lease, claim is not null))
            {
                return new LateLock(folder, claim);
            }

            claim?.Dispose();
            if (looks >= Looks)
            {
                var who = lease.Holder?.Title ?? RunLock.Unnamed;
                told = watch.SeesNobody ? Watching(who, folder, told) : Busy(who, folder, told);
            }

            cancellation.WaitHandle.WaitOne(looks < Looks ? Look : Poll);
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    string Watching(string who, RunFolder folder, string told) =>
        Tell(
            FormattableString.Invariant(
                $"{who} may still work in {folder.Path}; watching its lease for {options.Patience.TotalSeconds:0.#} s"
            ),
            told
        );

    string Busy(string who, RunFolder folder, string told) =>
        waits
            ? Tell($"{who} is working in {folder.Path}; waiting for its result, with --no-wait this is refused", told)
            : throw RunLock.Busy(who, folder.Path);

    // Told again if the one that was waited for has died and another took its place.
    string Tell(string sentence, string told)
    {
        if (sentence != told)
        {
            say(sentence);
        }

        return sentence;
    }
}
