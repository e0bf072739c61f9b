using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Axis maps at work, as matrix products: several times cheaper than pooling with a sliding window. On small maps both
/// axes are one matrix over all pixels. What it is applied to may lie in memory in any order.
/// </summary>
sealed class SpatialMap
{
    const int MostPixelsAtOnce = 64;

    readonly Func<Tensor, Tensor> _there;
    readonly Func<Tensor, Tensor> _back;

    public SpatialMap(AxisMaps axes, TensorStore tensors)
    {
        Pixels = axes.Rows.GetLength(0) * axes.Columns.GetLength(0);
        var atOnce = axes.Rows.GetLength(1) * axes.Columns.GetLength(1) <= MostPixelsAtOnce;
        _there = atOnce ? OverPixels(axes, tensors) : OverAxes(axes, tensors);
        _back = atOnce ? OverPixels(axes.Transposed(), tensors) : OverAxes(axes.Transposed(), tensors);
    }

    /// <summary>H' * W'.</summary>
    public long Pixels { get; }

    /// <summary>[N, H * W, C] to [N, H' * W', C].</summary>
    public Tensor Apply(Tensor x) => _there(x);

    /// <summary>
    /// The gradient of what it was applied to, given that of the result: [N, H' * W', C] to [N, H * W, C].
    /// </summary>
    public Tensor InputGradient(Tensor gradient) => _back(gradient);

    static Func<Tensor, Tensor> OverPixels(AxisMaps axes, TensorStore tensors) =>
        new BandedMatrix(axes.OverPixels(), tensors).Apply;

    static Func<Tensor, Tensor> OverAxes(AxisMaps axes, TensorStore tensors)
    {
        var (rows, columns) = (new BandedMatrix(axes.Rows, tensors), new BandedMatrix(axes.Columns, tensors));
        return x =>
        {
            var (n, channels) = (x.shape[0], x.shape[2]);
            var byColumns = columns.Apply(x.reshape(n * rows.Columns, columns.Columns, channels)); // [N H, W', C]
            return rows.Apply(byColumns.reshape(n, rows.Columns, -1)).reshape(n, -1, channels);
        };
    }
}
