using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Display;

/// <summary>Progress as plain lines, for logs and pipes: one per epoch, one per evaluation.</summary>
sealed class PlainProgress(TextWriter output) : IProgressDisplay
{
    Pace? _pace;

    public void Started(RunStart start)
    {
        _pace = new Pace(start, TimeProvider.System);
        Line(
            Invariant($"{start.Name} seed {start.Seed}: epochs {start.FirstEpoch} to {start.Epochs}, ")
                + Invariant($"{start.Batches} batches each, in {start.Folder}")
        );
    }

    public void Said(string message) => Line(message);

    public void Trained(TrainedBatch batch)
    {
        if (batch.Batch == batch.Batches)
        {
            var losses = batch.Losses.Select(loss => Number(loss.Task, loss.Loss));
            Line(
                Invariant($"epoch {batch.Epoch}: {batch.ImagesPerSecond:F1} images/s, ")
                    + $"{Durations.Text(_pace?.Left(batch))} left, losses {string.Join(", ", losses)}"
            );
        }
    }

    public void Evaluated(int epoch, Evaluation evaluation) =>
        Line(
            Invariant($"epoch {epoch}: {Values.SnakeCase(evaluation.Split)} ")
                + $"{string.Join(", ", evaluation.KeyedMeans.Select(mean => Number(mean.Key, mean.Value)))}"
        );

    public void Finished(RunResult result)
    {
        var done = _pace is null ? "was done already" : "done";
        Line(Invariant($"{result.Name} seed {result.Seed}: {done}, {result.Path}"));
        _pace = null;
    }

    public void Dispose() { }

    static string Number(string name, double? value) => Invariant($"{name} {value:F4}");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Signals speak from another thread; one call per line keeps lines whole.
    void Line(string line) => output.WriteLine(line);
}
