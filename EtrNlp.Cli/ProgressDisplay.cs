using EtrNlp.Core.Metrics;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli;

/// <summary>Shows people how runs go on, until it is disposed. Its members may be called from any thread.</summary>
interface IProgressDisplay : IRunObserver, IDisposable;

/// <summary>Chooses the display that fits where standard error leads.</summary>
static class ProgressDisplay
{
    /// <summary>None where it is to be quiet, a live one on a terminal that can redraw lines, else plain lines.</summary>
    internal static IProgressDisplay Choose(TextWriter error, bool quiet)
    {
        if (quiet)
        {
            return new Silence();
        }

        return Screen.Live(error) is { } screen ? new LiveProgress(screen) : new PlainProgress(error);
    }

    sealed class Silence : IProgressDisplay
    {
        public void Started(RunStart start)
        {
        }

        public void Said(string message)
        {
        }

        public void Trained(TrainedBatch batch)
        {
        }

        public void Evaluated(int epoch, Evaluation evaluation)
        {
        }

        public void Finished(RunResult result)
        {
        }

        public void Dispose()
        {
        }
    }
}
