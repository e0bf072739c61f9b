namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// The lock of a folder for who may work there: had at once, or when an earlier attempt at the same job has left.
/// </summary>
sealed class LateLock(RunFolder folder, IDisposable? taken) : IDisposable
{
    IDisposable? _taken = taken;

    /// <summary>Takes the lock if it is free and was not before.</summary>
    internal void TryTake() => _taken ??= RunLock.TryTake(folder);

    /// <inheritdoc/>
    public void Dispose() => _taken?.Dispose();
}
