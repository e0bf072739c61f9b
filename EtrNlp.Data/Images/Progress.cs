using System.Diagnostics;

namespace EtrNlp.Data.Images;

/// <summary>
/// Tells how far a long piece of work is, every few seconds; quick work passes in silence. Steps may come from many
/// threads.
/// </summary>
public sealed class Progress(Action<string> say, string what, int total)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    readonly Lock _lock = new();
    int _done;

    /// <summary>One more is done.</summary>
    public void Step()
    {
        lock (_lock)
        {
            _done++;
            if (_sinceLast.Elapsed >= Interval)
            {
                say($"{what}: {_done:N0} of {total:N0}");
                _sinceLast.Restart();
            }
        }
    }
}
