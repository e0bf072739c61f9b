using System.Collections.Concurrent;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// Shows people how a sweep goes on: one line for each run that ends, with the end of its log where it failed, and on a
/// terminal a table of those at work.
/// </summary>
sealed class SweepProgress : ISweepObserver, IDisposable
{
    readonly Sweep _sweep;
    readonly Action<string> _say;
    readonly Action<string> _complain;
    readonly LiveRegion? _region;
    readonly TimeProvider _time;
    readonly long _began;
    readonly ConcurrentDictionary<SweepRun, (long Began, string Line)> _running = [];
    int _ended;
    int _before;
    int _failed;

    public SweepProgress(Sweep sweep, TextWriter error, TextWriter notices, TimeProvider time)
    {
        (_sweep, _time, _began) = (sweep, time, time.GetTimestamp());
        _region = Screen.Live(notices) is { } screen ? new LiveRegion(screen, Render) : null;
        _say = _region is null ? notices.WriteLine : _region.Say;
        _complain = _region is null ? error.WriteLine : _region.Say;
    }

    public void Note(string line) => _say(line);

    public void Started(SweepRun run)
    {
        _running[run] = (_time.GetTimestamp(), "starts");
        if (_region is null)
        {
            _say($"{run.Title}: starts, {run.Folder.Path}");
        }
    }

    public void Said(SweepRun run, string line) => _running[run] = _running[run] with { Line = line };

    public void Finished(SweepRun run, bool before)
    {
        if (before)
        {
            Interlocked.Increment(ref _before);
        }

        End(run, before ? "was done already" : $"done{Took(run)}", _say);
    }

    public void Failed(FailedRun failed)
    {
        Interlocked.Increment(ref _failed);
        End(failed.Run, failed.Reason, _complain);
        foreach (var line in failed.LastLines)
        {
            _complain($"    {line}");
        }
    }

    public void Dispose() => _region?.Dispose();

    void End(SweepRun run, string how, Action<string> tell)
    {
        _running.TryRemove(run, out var _);
        tell($"{run.Title}: {how} ({Interlocked.Increment(ref _ended)} of {_sweep.Runs.Length})");
    }

    string Took(SweepRun run) =>
        _running.TryGetValue(run, out var state) ? $" after {Durations.Text(_time.GetElapsedTime(state.Began))}" : "";

    Rows Render(int width)
    {
        var (ended, left) = (_ended, _sweep.Runs.Length - _ended);
        var trained = ended - _before;
        TimeSpan? rest = trained > 0 ? _time.GetElapsedTime(_began) * ((double)left / trained) : null;
        IEnumerable<string> lines =
        [
            $"{_sweep.Name}: {ended} of {_sweep.Runs.Length} runs, {_failed} failed, {_running.Count} at work, "
                + $"about {Durations.Text(rest)} left",
            .. _running
                .OrderBy(pair => pair.Value.Began)
                .Select(pair =>
                    $"  {pair.Key.Title}  {Durations.Text(_time.GetElapsedTime(pair.Value.Began))}  {pair.Value.Line}"
                ),
        ];
        return new Rows(
            lines
                .Select(Printable.Line)
                .Select(line => (IRenderable)new Text(line[..Math.Min(line.Length, Math.Max(1, width - 1))]))
        );
    }
}
