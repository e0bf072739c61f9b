using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// The right to write in a run folder, where locks may not reach other machines: <c>lease.json</c> names the process
/// that has it. Taking it is writing it. Whoever had it before finds another's token before its next write, and ends.
/// </summary>
sealed class RunLease : IDisposable
{
    const string Ended = "this process has written nothing since";

    static readonly TimeSpan Recent = TimeSpan.FromMinutes(2);

    readonly RunFolder _folder;
    readonly LateLock _late;
    readonly Lock _lock = new();
    readonly CancellationTokenSource _lost = new();
    readonly Timer _timer;

    LeaseHolder _holder;
    LeaseLostException? _loss;
    bool _isOver;

    /// <summary>Takes a run, whoever had it.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="late">Its lock, which is taken as soon as it is free if it was not to be had before.</param>
    /// <param name="owner">What several attempts at one job have in common; null where nobody said.</param>
    /// <param name="beat">How often the file shows that this process lives.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal RunLease(RunFolder folder, LateLock late, string? owner, TimeSpan beat)
    {
        (_folder, _late, _holder) = (folder, late, LeaseHolder.Here(owner));
        LeaseFile.Write(folder, _holder, () => { }); // whoever writes there still has lost it
        Try(() => LeaseFile.RemoveAbandoned(folder));
        _timer = new Timer(_ => Beat(), null, beat, beat);
    }

    /// <summary>
    /// True where another process works in a folder: one of this machine has its lock, or one of another machine a
    /// lease that was written within two minutes. The lock of a dead machine may stay for ever where locks reach it.
    /// </summary>
    /// <exception cref="DataException">A symbolic link lies there.</exception>
    internal static bool IsTaken(RunFolder folder) =>
        FoundLease.In(folder).Holder is { IsOfThisMachine: false }
            ? (DateTime.UtcNow - File.GetLastWriteTimeUtc(folder.LeasePath)).Duration() < Recent
            : RunLock.IsTaken(folder);

    /// <summary>Cancelled when a beat finds that another process has the run.</summary>
    internal CancellationToken Lost => _lost.Token;

    /// <summary>
    /// Checks, by a small read, that this process has the run. What was removed with all of its folder, or damaged, is
    /// written again: a run is not lost by that.
    /// </summary>
    /// <exception cref="LeaseLostException">Another process has it, or had it since.</exception>
    internal void Require()
    {
        lock (_lock)
        {
            if (!IsInOrder())
            {
                Write();
            }

            Try(_late.TryTake); // the one before may have left: a third would else find nobody here
        }
    }

    /// <summary>Gives the run up; nothing is left of the lease, unless it is another's.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            _timer.Dispose();
            Try(() =>
            {
                if (IsInOrder())
                {
                    LeaseFile.Remove(_folder, _holder.Token);
                }
            });
        }
    }

    void Beat()
    {
        if (!_lock.TryEnter())
        {
            return; // where a disk hangs, beats would wait for each other and take up thread after thread
        }

        try
        {
            if (!_isOver && _loss is null)
            {
                _holder = _holder with { Beat = _holder.Beat + 1 };
                Try(Write);
                Try(_late.TryTake);
            }
        }
        finally
        {
            _lock.Exit();
        }

        if (_loss is not null)
        {
            _lost.Cancel();
        }
    }

    // False where the file has to be written again. Whoever takes a run writes the file whole, and leaves the
    // experiment: neither damage nor an empty folder is a sign of that.
    bool IsInOrder()
    {
        var found = FoundLease.In(_folder);
        _loss ??=
            found.Holder is { } other && other.Token != _holder.Token
                ? new LeaseLostException($"{other.Title} has taken over the run in {_folder.Path}; {Ended}")
            : found.Text is null && _folder.IsClaimed
                ? new LeaseLostException(
                    $"the run in {_folder.Path} was taken over: its {RunFolder.LeaseName} was removed, "
                        + $"by a process that has ended since or by hand; {Ended}"
                )
            : null;
        return _loss is null ? found.Holder is not null : throw _loss;
    }

    void Write() => LeaseFile.Write(_folder, _holder, () => IsInOrder());

    // Neither a beat nor an end is worth a run.
    static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or DataException or LeaseLostException)
        {
            // A loss is remembered, and everything else is tried again at the next write.
        }
    }
}
