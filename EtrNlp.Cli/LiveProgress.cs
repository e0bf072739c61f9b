using System.Collections.Concurrent;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli;

/// <summary>
/// Progress as one region of the terminal that is redrawn in place, with lines of what is worth keeping above it. A thread of its
/// own draws the newest state some times a second, so that hundreds of batches a second cost nothing.
/// </summary>
sealed class LiveProgress : IProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(125);

    readonly IAnsiConsole _screen;
    readonly ConcurrentQueue<string> _lines = [];
    readonly ManualResetEventSlim _ended = new();
    readonly Thread _drawing;
    volatile RunView? _view;

    public LiveProgress(IAnsiConsole screen)
    {
        _screen = screen;
        _drawing = new Thread(Draw) { IsBackground = true };
        _drawing.Start();
    }

    public void Started(RunStart start) => _view = new RunView(start, new Pace(start, TimeProvider.System));

    public void Said(string message) => _lines.Enqueue(message);

    public void Trained(TrainedBatch batch) => _view = _view! with { Batch = batch };

    public void Evaluated(int epoch, Evaluation evaluation) => _view = _view! with { Evaluated = (epoch, evaluation) };

    public void Finished(RunResult result)
    {
        var took = _view is null ? "was done already" : $"done after {Pace.Text(_view.Pace.Elapsed)}";
        _lines.Enqueue($"{result.Name} seed {result.Seed}: {took}, {result.Path}");
        _view = null;
    }

    public void Dispose()
    {
        _ended.Set();
        _drawing.Join();
        _ended.Dispose();
    }

    // A terminal that went away must not end the training.
    void Draw()
    {
        try
        {
            _screen.Live(new Text("")).AutoClear(true).Start(region =>
            {
                while (!_ended.Wait(Interval))
                {
                    WriteLines();
                    region.UpdateTarget(_view?.Render(_screen.Profile.Width) ?? new Text(""));
                }
            });
            WriteLines();
        }
        catch (IOException)
        {
            _ended.Wait();
        }
    }

    void WriteLines()
    {
        while (_lines.TryDequeue(out var line))
        {
            _screen.Write(new LineAbove(line));
        }
    }

    // A line is written where the region begins, over what the region and an echoed ^C left there.
    sealed class LineAbove(string text) : Renderable
    {
        const string EraseBelow = "\e[J";

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            [Segment.Control(EraseBelow), .. ((IRenderable)new Text($"{text}\n")).Render(options, maxWidth)];
    }
}
