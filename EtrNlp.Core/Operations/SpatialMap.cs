using EtrNlp.Core.Layers;
using EtrNlp.Core.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Axis maps at work, as matrix products: several times cheaper than pooling with a sliding window. On small maps both axes are one
/// matrix over all pixels.
/// </summary>
sealed class SpatialMap(AxisMaps axes, TensorStore tensors)
{
    const int MostPixelsAtOnce = 64;

    readonly OneWay _there = new(axes, tensors);
    readonly OneWay _back = new(axes.Transposed(), tensors);

    /// <summary>H' * W'.</summary>
    public long Pixels { get; } = axes.Rows.GetLength(0) * axes.Columns.GetLength(0);

    /// <summary>[N, H * W, C] to [N, H' * W', C].</summary>
    public Tensor Apply(Tensor x) => _there.Apply(x);

    /// <summary>The gradient of what it was applied to, given that of the result: [N, H' * W', C] to [N, H * W, C].</summary>
    public Tensor Pull(Tensor gradient) => _back.Apply(gradient);

    sealed class OneWay(AxisMaps axes, TensorStore tensors)
    {
        readonly BandedMatrix? _pixels = axes.Rows.GetLength(1) * axes.Columns.GetLength(1) <= MostPixelsAtOnce ? new(axes.OverPixels(), tensors) : null;
        readonly BandedMatrix _rows = new(axes.Rows, tensors);
        readonly BandedMatrix _columns = new(axes.Columns, tensors);

        public Tensor Apply(Tensor x)
        {
            if (_pixels is not null)
            {
                return _pixels.Apply(x);
            }

            var (n, channels) = (x.shape[0], x.shape[2]);
            var byColumns = _columns.Apply(x.view(n * _rows.Columns, _columns.Columns, channels)); // [N H, W', C]
            return _rows.Apply(byColumns.view(n, _rows.Columns, -1)).view(n, -1, channels);
        }
    }
}
