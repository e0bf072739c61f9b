using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Display;

/// <summary>Shows people how runs go on, until it is disposed. Its members may be called from any thread.</summary>
interface IProgressDisplay : IRunObserver, IDisposable;

/// <summary>Chooses the display that fits where notices go.</summary>
static class ProgressDisplay
{
    /// <summary>A live one on a terminal that can redraw lines, else plain lines.</summary>
    internal static IProgressDisplay Choose(TextWriter notices) =>
        Screen.Live(notices) is { } screen ? new LiveProgress(screen) : new PlainProgress(notices);
}
