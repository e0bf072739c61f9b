using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>
/// A fixed linear map that treats every channel alike and rows and columns apart: y = R x C^T for each channel. On small maps both are
/// one matrix over all pixels. As matrix products such maps are several times cheaper than pooling with a sliding window.
/// </summary>
sealed class SeparableMap : IDisposable
{
    const long MostPixelsAtOnce = 64;

    readonly Tensor? _pixels; // [H' W', H W]
    readonly Tensor _rows; // [H', H]
    readonly Tensor _columns; // [W', W]

    public SeparableMap(Tensor rows, Tensor columns)
    {
        (_rows, _columns) = (rows, columns);
        if (rows.shape[1] * columns.shape[1] <= MostPixelsAtOnce)
        {
            _pixels = kron(rows, columns).DetachFromDisposeScope();
        }
    }

    /// <summary>[N, H * W, C] to [N, H' * W', C].</summary>
    public Tensor Apply(Tensor x)
    {
        if (_pixels is not null)
        {
            return matmul(_pixels, x);
        }

        var (n, c) = (x.shape[0], x.shape[2]);
        var byRows = matmul(_rows, x.reshape(n, _rows.shape[1], _columns.shape[1] * c)); // [N, H', W C]
        return matmul(_columns, byRows.view(n * _rows.shape[0], _columns.shape[1], c)).view(n, -1, c);
    }

    public void Dispose()
    {
        _pixels?.Dispose();
        _rows.Dispose();
        _columns.Dispose();
    }
}
