using System.Collections.Immutable;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Collects each step's losses. They are fetched from the device some steps at a time, so that a GPU is not waited for at every step;
/// one that is not finite stops the run there.
/// </summary>
sealed class EpochLosses(IReadOnlyList<string> taskNames, RunProgress progress, int fetchEvery) : IDisposable
{
    readonly List<(Tensor Losses, int Images)> _pending = [];
    readonly double[] _sums = [.. progress.LossSums];

    int _fetchedBatches = progress.Batch;

    /// <summary>Adds the losses [T] of the next step.</summary>
    /// <exception cref="RunException">A loss is not finite; names task and step.</exception>
    public void Add(Tensor losses, int images, int epoch)
    {
        _pending.Add((losses, images));
        if (_pending.Count >= fetchEvery)
        {
            Fetch(epoch);
        }
    }

    /// <summary>Sums of the steps fetched so far.</summary>
    public IReadOnlyList<double> Fetched => _sums;

    /// <summary>Sums so far, every pending step fetched.</summary>
    /// <exception cref="RunException">A loss is not finite.</exception>
    public ImmutableArray<double> Sums(int epoch)
    {
        Fetch(epoch);
        return [.. _sums];
    }

    /// <summary>Frees what was not fetched.</summary>
    public void Dispose() => _pending.ForEach(step => step.Losses.Dispose());

    void Fetch(int epoch)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var values = stack(_pending.Select(step => step.Losses)).to(ScalarType.Float64).cpu().data<double>().ToArray(); // [steps, T]
        var steps = _pending.ToArray();
        _pending.Clear();
        Array.ForEach(steps, step => step.Losses.Dispose());
        for (var step = 0; step < steps.Length; step++)
        {
            _fetchedBatches++;
            for (var task = 0; task < _sums.Length; task++)
            {
                Add(task, values[(step * _sums.Length) + task], steps[step].Images, epoch);
            }
        }
    }

    void Add(int task, double loss, int images, int epoch)
    {
        if (!double.IsFinite(loss))
        {
            throw new RunException($"the loss of task '{taskNames[task]}' is {loss} at epoch {epoch}, batch {_fetchedBatches}; the last checkpoint is kept. Lower training.optimizer.learning_rate, or look for broken data");
        }

        _sums[task] += loss * images;
    }
}
