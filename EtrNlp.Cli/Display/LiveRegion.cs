using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// One region of the terminal that is redrawn in place, with lines of what is worth keeping above it. A thread of its
/// own draws the newest state some times a second, so that hundreds of changes a second cost nothing.
/// </summary>
sealed class LiveRegion : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(125);

    readonly IAnsiConsole _screen;
    readonly Func<int, IRenderable?> _view;
    readonly ConcurrentQueue<string> _lines = [];
    readonly ManualResetEventSlim _ended = new();
    readonly Thread _drawing;

    /// <summary>
    /// Starts drawing; <paramref name="view"/> gets the width of the terminal and is called from another thread.
    /// </summary>
    public LiveRegion(IAnsiConsole screen, Func<int, IRenderable?> view)
    {
        (_screen, _view) = (screen, view);
        _drawing = new Thread(Draw) { IsBackground = true };
        _drawing.Start();
    }

    /// <summary>Writes a line above the region.</summary>
    public void Say(string line) => _lines.Enqueue(line);

    public void Dispose()
    {
        _ended.Set();
        _drawing.Join();
        _ended.Dispose();
    }

    void Draw()
    {
        _screen
            .Live(new Text(""))
            .AutoClear(true)
            .Start(region =>
            {
                while (!_ended.Wait(Interval))
                {
                    WriteLines();
                    region.UpdateTarget(_view(_screen.Profile.Width) ?? new Text(""));
                }
            });
        WriteLines();
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
            [
                Segment.Control(EraseBelow),
                .. ((IRenderable)new Text(text)).Render(options, maxWidth),
                Segment.LineBreak,
            ];
    }
}
