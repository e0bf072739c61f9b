using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// What a primary layer makes and what a cheap one makes of it, side by side, cut to so many channels.
/// </summary>
public sealed record GhostPlan(string Name, int Channels, LayerPlan Primary, LayerPlan Cheap)
    : LayerPlan(Name, Primary.Input, Primary.Output with { Channels = Channels })
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => [Primary, Cheap];

    /// <inheritdoc/>
    public override long Features(int? task) => base.Features(task) + Output.Numbers;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Layer(Primary.Build(tensors), Cheap.Build(tensors), Channels);

    sealed class Layer(ILayer primary, ILayer cheap, int channels) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var made = primary.Forward(x, pass);
            var copies = cheap.Forward(made, pass).narrow(1, 0, channels - made.shape[1]);
            return cat([made, copies], 1).MoveToOuterDisposeScope();
        }
    }
}
