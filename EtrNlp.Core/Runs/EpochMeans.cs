using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Training;
using static TorchSharp.torch;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Collects each step's losses and weights of an epoch, from where a checkpoint left off. They are fetched from the
/// device some steps at a time, since fetching waits for a GPU. One that is not finite stops the run there.
/// </summary>
sealed class EpochMeans(
    IReadOnlyList<string> taskNames,
    int epoch,
    RunProgress progress,
    long images,
    int batches,
    int fetchEvery
) : IDisposable
{
    readonly List<(StepOutcome Outcome, int Images)> _pending = [];
    readonly double[] _lossSums = [.. progress.LossSums];

    double[] _weightSums = [.. progress.WeightSums];
    int _batches = progress.Batch;
    long _images = images;

    /// <summary>Adds what the next step found, and owns it; losses are means over its images.</summary>
    /// <exception cref="RunException">A number is not finite; names task and step.</exception>
    public void Add(StepOutcome outcome, int images)
    {
        _pending.Add((outcome, images));
        if (_pending.Count >= fetchEvery || _batches + _pending.Count == batches)
        {
            Fetch();
        }
    }

    /// <summary>Each task's mean loss over the images of the steps fetched so far; empty before any.</summary>
    public IReadOnlyList<(string Task, double Loss)> Losses =>
        _images == 0 ? [] : [.. taskNames.Zip(_lossSums, (task, sum) => (task, sum / _images))];

    /// <summary>Each task's mean weight over those steps; empty where none are recorded.</summary>
    public IReadOnlyList<(string Task, double Weight)> Weights =>
        [.. taskNames.Zip(_weightSums, (task, sum) => (task, sum / _batches))];

    /// <summary>How far a run is, with the sums over all steps.</summary>
    /// <exception cref="RunException">A number is not finite.</exception>
    public RunProgress AddedTo(RunProgress progress)
    {
        Fetch();
        return progress with { LossSums = [.. _lossSums], WeightSums = [.. _weightSums] };
    }

    /// <summary>Frees what was not fetched.</summary>
    public void Dispose() => _pending.ForEach(step => step.Outcome.Dispose());

    void Fetch()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var steps = _pending.ToArray();
        var (losses, weights) = Fetched([.. steps.Select(step => step.Outcome)]);
        _pending.Clear();
        Array.ForEach(steps, step => step.Outcome.Dispose());
        if (_batches == 0 && weights.Length > 0)
        {
            _weightSums = new double[taskNames.Count];
        }

        foreach (var (position, step) in steps.Index())
        {
            _batches++;
            _images += step.Images;
            Add(_lossSums, losses[position], step.Images, "loss");
            if (weights.Length > 0 && _weightSums.Length > 0)
            {
                Add(_weightSums, weights[position], 1, "weight");
            }
        }
    }

    // Rows [T] of every step; none of weights that do not change.
    (double[][] Losses, double[][] Weights) Fetched(StepOutcome[] outcomes)
    {
        using var scope = NewDisposeScope();
        var tensors = outcomes
            .Select(outcome => outcome.Losses)
            .Concat(outcomes.Select(outcome => outcome.Weights).OfType<Tensor>());
        var numbers = stack(tensors).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var rows = numbers.Chunk(taskNames.Count).ToArray();
        return (rows[..outcomes.Length], rows[outcomes.Length..]);
    }

    void Add(double[] sums, double[] numbers, int times, string what)
    {
        for (var task = 0; task < sums.Length; task++)
        {
            sums[task] += times * Finite(numbers[task], task, what);
        }
    }

    double Finite(double number, int task, string what) =>
        double.IsFinite(number)
            ? number
            : throw new RunException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the {what} of task '{taskNames[task]}' is {number} at epoch {epoch}, batch {_batches}; "
                        + $"{RunException.NotFiniteRemedy}"
                )
            );
}
