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

    /// <summary>H' * W'.</summary>
    public long Pixels => _rows.shape[0] * _columns.shape[0];

    /// <summary>[N, H * W, C] to [N, H' * W', C].</summary>
    public Tensor Apply(Tensor x) => Apply(x, _pixels, _rows, _columns);

    /// <summary>The gradient of what it was applied to, given that of the result: [N, H' * W', C] to [N, H * W, C].</summary>
    public Tensor Pull(Tensor gradient) => Apply(gradient, _pixels?.t(), _rows.t(), _columns.t());

    static Tensor Apply(Tensor x, Tensor? pixels, Tensor rows, Tensor columns)
    {
        if (pixels is not null)
        {
            return matmul(pixels.In(x.dtype), x);
        }

        var (n, channels, height) = (x.shape[0], x.shape[2], rows.shape[1]);
        var byColumns = matmul(columns.In(x.dtype), x.view(n * height, columns.shape[1], channels)); // [N H, W', C]
        return matmul(rows.In(x.dtype), byColumns.view(n, height, -1)).view(n, -1, channels);
    }
}
