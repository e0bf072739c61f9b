using EtrNlp.Core.Layers;
using EtrNlp.Core.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Axis maps at work, as matrix products: several times cheaper than pooling with a sliding window. On small maps both axes are one
/// matrix over all pixels.
/// </summary>
sealed class SpatialMap
{
    const int MostPixelsAtOnce = 64;

    readonly Tensor? _pixels; // [H' W', H W]
    readonly Tensor _rows; // [H', H]
    readonly Tensor _columns; // [W', W]

    public SpatialMap(AxisMaps axes, TensorStore tensors)
    {
        _rows = tensors.Own(tensor(axes.Rows, device: tensors.Device));
        _columns = tensors.Own(tensor(axes.Columns, device: tensors.Device));
        if (axes.Rows.GetLength(1) * axes.Columns.GetLength(1) <= MostPixelsAtOnce)
        {
            _pixels = tensors.Own(kron(_rows, _columns));
        }
    }

    /// <summary>[N, H * W, C] to [N, H' * W', C].</summary>
    public Tensor Apply(Tensor x)
    {
        if (_pixels is not null)
        {
            return matmul(_pixels, x);
        }

        // Columns first: they need no copy of channels that are a slice of more.
        var (n, channels, height) = (x.shape[0], x.shape[2], _rows.shape[1]);
        var byColumns = matmul(_columns, x.view(n * height, _columns.shape[1], channels)); // [N H, W', C]
        return matmul(_rows, byColumns.view(n, height, -1)).view(n, -1, channels);
    }
}
