using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Core.Checkpoints;
using static TorchSharp.torch;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Collects each step's losses of an epoch, from where a checkpoint left off. They are fetched from the device some
/// steps at a time, since fetching waits for a GPU. A loss that is not finite stops the run there.
/// </summary>
sealed class EpochLosses(
    IReadOnlyList<string> taskNames,
    int epoch,
    RunProgress progress,
    long images,
    int batches,
    int fetchEvery
) : IDisposable
{
    readonly List<(Tensor Losses, int Images)> _pending = [];
    readonly double[] _sums = [.. progress.LossSums];

    int _batches = progress.Batch;
    long _images = images;

    /// <summary>Adds the losses [T] of the next step, the mean over its images, and owns the tensor.</summary>
    /// <exception cref="RunException">A loss is not finite; names task and step.</exception>
    public void Add(Tensor losses, int images)
    {
        _pending.Add((losses, images));
        if (_pending.Count >= fetchEvery || _batches + _pending.Count == batches)
        {
            Fetch();
        }
    }

    /// <summary>Each task's mean over the images of the steps fetched so far; empty before any.</summary>
    public IReadOnlyList<(string Task, double Loss)> Means =>
        _images == 0 ? [] : [.. taskNames.Select((task, t) => (task, _sums[t] / _images))];

    /// <summary>Each task's sum over the images of all steps.</summary>
    /// <exception cref="RunException">A loss is not finite.</exception>
    public ImmutableArray<double> Sums()
    {
        Fetch();
        return [.. _sums];
    }

    /// <summary>Frees what was not fetched.</summary>
    public void Dispose() => _pending.ForEach(step => step.Losses.Dispose());

    void Fetch()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        // [steps, T]
        var values = stack(_pending.Select(step => step.Losses)).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var steps = _pending.ToArray();
        _pending.Clear();
        Array.ForEach(steps, step => step.Losses.Dispose());
        foreach (var (step, row) in steps.Zip(values.Chunk(_sums.Length)))
        {
            _batches++;
            _images += step.Images;
            for (var task = 0; task < _sums.Length; task++)
            {
                _sums[task] += step.Images * Finite(row[task], task);
            }
        }
    }

    double Finite(double loss, int task) =>
        double.IsFinite(loss)
            ? loss
            : throw new RunException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the loss of task '{taskNames[task]}' is {loss} at epoch {epoch}, batch {_batches}; "
                        + $"{RunException.NotFiniteRemedy}"
                )
            );
}
