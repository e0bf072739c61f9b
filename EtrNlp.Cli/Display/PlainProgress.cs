using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Display;

/// <summary>Progress as plain lines, for logs and pipes: one per epoch, one per evaluation.</summary>
sealed class PlainProgress(TextWriter output) : IProgressDisplay
{
    Pace? _pace;

    public void Started(RunStart start)
    {
        _pace = new Pace(start, TimeProvider.System);
        Line(
            $"{start.Name} seed {start.Seed}: epochs {start.FirstEpoch} to {start.Epochs}, {start.Batches} batches each, in {start.Folder}"
        );
    }

    public void Said(string message) => Line($"{message}");

    public void Trained(TrainedBatch batch)
    {
        if (batch.Batch == batch.Batches)
        {
            Line(
                $"epoch {batch.Epoch}: {batch.ImagesPerSecond:F1} images/s, {Pace.Text(_pace?.Left(batch))} left, losses {string.Join(", ", batch.Losses.Select(loss => Number(loss.Task, loss.Loss)))}"
            );
        }
    }

    public void Evaluated(int epoch, Evaluation evaluation) =>
        Line(
            $"epoch {epoch}: {evaluation.Split.ToString().ToLowerInvariant()} {string.Join(", ", evaluation.KeyedMeans.Select(mean => Number(mean.Key, mean.Value)))}"
        );

    public void Finished(RunResult result)
    {
        Line($"{result.Name} seed {result.Seed}: {(_pace is null ? "was done already" : "done")}, {result.Path}");
        _pace = null;
    }

    public void Dispose() { }

    static string Number(string name, double? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {value:F4}");

    // Signals speak from another thread; one call per line keeps lines whole.
    void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
