using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Means over batches of numbers that each are a mean over a batch; the sums stay on the device, which is not waited
/// for.
/// </summary>
sealed class BatchMeans : IDisposable
{
    Tensor? _sum; // the numbers, and how many batches had them

    /// <summary>Adds the numbers of a batch that has them; <paramref name="has"/> is true or false.</summary>
    public void Add(Tensor has, params Tensor[] numbers)
    {
        using var scope = NewDisposeScope();
        var vector = stack([.. numbers.Append(ones_like(has)).Select(number => number.to(ScalarType.Float64))])
            .masked_fill(has.logical_not(), Scalars.Zero);
        _sum = _sum is null ? vector.DetachFromDisposeScope() : _sum.Plus_(vector);
    }

    /// <summary>The means under their names; null where no batch has had them.</summary>
    public IEnumerable<(string Name, double? Value)> Of(IEnumerable<string> names)
    {
        using var host = _sum?.cpu();
        var sums = host?.data<double>().ToArray();
        return
        [
            .. names.Select((name, i) => (name, sums is [.., > 0 and var batches] ? sums[i] / batches : (double?)null)),
        ];
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose() => _sum?.Dispose();
}
