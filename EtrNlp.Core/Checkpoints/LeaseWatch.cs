using System.Diagnostics;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// Whether a run may be taken from whom its lease names, by looking at it again and again. Time is this process's own:
/// clocks of two machines are never compared.
/// </summary>
/// <param name="owner">Whom the run is taken for; null where nobody said.</param>
/// <param name="patience">How long a lease of another machine has to stand still.</param>
sealed class LeaseWatch(string? owner, TimeSpan patience)
{
    FoundLease? _seen;
    Stopwatch _since = new();
    bool _hasChanged;
    bool _wasFree;

    /// <summary>
    /// True where the lease was never seen to change, and at the last look was another machine's or the lock was free:
    /// nobody may be there.
    /// </summary>
    internal bool SeesNobody { get; private set; }

    /// <summary>True where the run may be taken.</summary>
    /// <param name="lease">What it shows now.</param>
    /// <param name="hasLock">Whether the lock of the folder was to be had.</param>
    internal bool Frees(FoundLease lease, bool hasLock)
    {
        if (_seen is not { } seen || seen.Text != lease.Text)
        {
            _hasChanged = _seen is not null;
            (_seen, _since, _wasFree) = (lease, Stopwatch.StartNew(), false);
        }

        // Where locks reach, one that a dead machine left stays. Who has taken it since lives, and will say so.
        var isElsewhere = lease.Holder is { IsOfThisMachine: false };
        _wasFree |= hasLock;
        SeesNobody = (hasLock || isElsewhere) && !_hasChanged;
        var hasPassed = _since.Elapsed > patience && (hasLock || (isElsewhere && !_wasFree));
        return IsOwn(lease.Holder) || (hasLock && IsLeft(lease)) || hasPassed;
    }

    // An earlier attempt at the same job: whoever started this one has given it up, though it may still live.
    bool IsOwn(LeaseHolder? holder) => owner is not null && holder?.Owner == owner;

    // Of a process of this machine the lock would be taken if it lived. Damage says nothing of who is there, but who
    // lives mends it at the next beat.
    static bool IsLeft(FoundLease lease) => lease.Text is null || lease.Holder is { IsOfThisMachine: true };
}
