namespace EtrNlp.Tests.Training;

/// <summary>
/// Counts how many are in it at once. Each waits there, for two seconds at the most, until as many as are to meet have
/// met once.
/// </summary>
sealed class AtOnce(int meeting)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    readonly object _lock = new(); // one that can be waited for
    int _inside;

    /// <summary>The most there have been.</summary>
    public int Most { get; private set; }

    /// <summary>From here on one is in it, until the result is disposed of.</summary>
    public IDisposable Enter()
    {
        lock (_lock)
        {
            Most = Math.Max(Most, ++_inside);
            Monitor.PulseAll(_lock);
            while (Most < meeting && Monitor.Wait(_lock, Longest)) { }
        }

        return new Inside(this);
    }

    sealed class Inside(AtOnce place) : IDisposable
    {
        public void Dispose()
        {
            lock (place._lock)
            {
                place._inside--;
            }
        }
    }
}
