using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A cross-stitch unit (Misra et al. 2016, Eq. 1): tower t goes on with y_t = sum_s a[t, s] x_s, where x and y are
/// [towers * N, C, H, W], one tower after the other.
/// </summary>
/// <param name="Name">Prefix of the weights.</param>
/// <param name="Input">Features of one tower.</param>
/// <param name="Towers">How many there are, at least two.</param>
/// <param name="PerChannel">Whether every channel has weights of its own.</param>
/// <param name="Own">a[t, t] at the start; the others of a row are equal, and a row adds up to 1.</param>
public sealed record StitchPlan(string Name, FeatureShape Input, int Towers, bool PerChannel, double Own)
    : LayerPlan(Name, Input, Input)
{
    /// <summary>a, [towers, towers] or [towers, towers, C].</summary>
    public ParameterPlan Weight { get; } =
        new(
            $"{Name}.weight",
            Owner.Shared,
            PerChannel ? [Towers, Towers, Input.Channels] : [Towers, Towers],
            new Initialization.Diagonal(Towers, Own, (1 - Own) / (Towers - 1))
        );

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters => [Weight];

    /// <summary>Those of one tower: a product with each one's features.</summary>
    public override long OwnMacs(int task) => Towers * Input.Numbers;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Stitch(tensors[Weight]);

    sealed class Stitch(Tensor weight) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var channelsLast = x.permute(0, 2, 3, 1); // as it lies in memory
            var (a, towers) = (weight.In(x.dtype), channelsLast.reshape(weight.shape[0], -1, x.shape[1]));
            var mixed = a.dim() == 2 ? a.mm(towers.flatten(1)) : PerChannel(a, towers);
            return mixed.view(channelsLast.shape).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        // a [K, K, C], towers [K, N * H * W, C].
        static Tensor PerChannel(Tensor a, Tensor towers) =>
            stack(
                from row in a.unbind()
                select row.unbind().Zip(towers.unbind(), (each, x) => x * each).Aggregate(Scalars.Plus)
            );
    }
}
