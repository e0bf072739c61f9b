using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Images;

/// <summary>
/// Tells how far a long piece of work is, and what is left of it, every few seconds; quick work passes in silence.
/// Steps may come from many threads.
/// </summary>
/// <param name="say">Hears it.</param>
/// <param name="what">What is counted, as "X: 3 of 7" begins.</param>
/// <param name="total">How many there are.</param>
/// <param name="before">How many of them were done before the work began.</param>
/// <param name="time">The clock; the system's where none is given.</param>
public sealed class Progress(
    Action<string> say,
    string what,
    int total,
    int before = 0,
    TimeProvider? time = null
)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly long _start = (time ?? TimeProvider.System).GetTimestamp();
    readonly Lock _lock = new();
    int _steps;
    TimeSpan _last;

    /// <summary>One more is done.</summary>
    public void Step()
    {
        lock (_lock)
        {
            _steps++;
            if (_time.GetElapsedTime(_start) is var elapsed && elapsed - _last >= Interval)
            {
                var done = before + _steps;
                var left = elapsed * ((double)(total - done) / _steps);
                say($"{what}: {done:N0} of {total:N0}, {Durations.Text(left)} left");
                _last = elapsed;
            }
        }
    }
}
