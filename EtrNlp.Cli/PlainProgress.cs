using EtrNlp.Core.Metrics;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli;

/// <summary>Progress as plain lines, for logs and pipes.</summary>
sealed class PlainProgress(TextWriter output) : IRunObserver
{
    public void Started(RunStart start) => output.WriteLine($"{start.Name} seed {start.Seed}: epochs {start.FirstEpoch} to {start.Epochs}, {start.Batches} batches each, in {start.Folder}");

    public void Said(string message) => output.WriteLine(message);

    public void Trained(TrainedBatch batch)
    {
        if (batch.Batch == batch.Batches)
        {
            output.WriteLine($"epoch {batch.Epoch}: {batch.ImagesPerSecond:F1} images/s, losses {string.Join(", ", batch.Losses.Select(loss => $"{loss.Task} {loss.Loss:F4}"))}");
        }
    }

    public void Evaluated(int epoch, Evaluation evaluation) =>
        output.WriteLine($"epoch {epoch}: {evaluation.Split.ToString().ToLowerInvariant()} {string.Join(", ", evaluation.Means.Select(mean => $"{mean.Name} {mean.Value:F4}"))}");

    public void Finished(RunResult result) => output.WriteLine($"{result.Name} seed {result.Seed}: done, {result.Path}");
}
