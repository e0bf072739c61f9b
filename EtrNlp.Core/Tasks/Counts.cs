using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>Counts over batches, [rows, columns]; they stay on the device, which is not waited for.</summary>
sealed class Counts(int rows, int columns) : IDisposable
{
    Tensor? _sums;

    /// <summary>Adds how often each is true over a batch: for every row what is true, [N, columns].</summary>
    public void Add(params Tensor[] holds)
    {
        using var scope = NewDisposeScope();
        var counts = stack(holds).sum(1, type: ScalarType.Int64);
        _sums = _sums is null ? counts.DetachFromDisposeScope() : _sums.Plus_(counts);
    }

    /// <summary>The counts; 0 where there was no batch.</summary>
    public long[,] Read()
    {
        var counts = new long[rows, columns];
        if (_sums is not null)
        {
            using var host = _sums.cpu();
            Buffer.BlockCopy(host.data<long>().ToArray(), 0, counts, 0, counts.Length * sizeof(long));
        }

        return counts;
    }

    /// <summary>Frees them.</summary>
    public void Dispose() => _sums?.Dispose();
}
