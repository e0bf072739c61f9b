using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Metrics;

/// <summary>Means over batches of numbers that each are a mean over a batch; the sums stay on the device.</summary>
sealed class BatchMeans : IDisposable
{
    Tensor? _sum;
    int _batches;

    /// <summary>Adds the numbers of a batch.</summary>
    public void Add(params Tensor[] numbers)
    {
        using var scope = NewDisposeScope();
        var vector = stack([.. numbers.Select(number => number.to(ScalarType.Float64))]);
        _sum = _sum is null ? vector.DetachFromDisposeScope() : _sum.add_(vector);
        _batches++;
    }

    /// <summary>The means under their names; null where no batch has been added.</summary>
    public IEnumerable<(string Name, double? Value)> Of(IEnumerable<string> names)
    {
        using var host = _sum?.cpu();
        var sums = host?.data<double>().ToArray();
        return [.. names.Select((name, i) => (name, sums?[i] / _batches))];
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose() => _sum?.Dispose();
}
