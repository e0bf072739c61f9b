using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>Sees what leaves a layer [N, C, H, W], and answers with what goes on from there.</summary>
delegate Tensor Watch(LayerPlan layer, Tensor output, Pass pass);

/// <summary>A network in which some layers of the trunk are watched; nothing else of it changes.</summary>
static class WatchedLayers
{
    /// <summary>The same network with the chosen layers watched, those inside chains and blocks too.</summary>
    internal static NetworkPlan Of(NetworkPlan plan, Func<LayerPlan, bool> isChosen, Watch watch) =>
        plan with { Trunk = Of(plan.Trunk, isChosen, watch) };

    static LayerPlan Of(LayerPlan layer, Func<LayerPlan, bool> isChosen, Watch watch)
    {
        LayerPlan[] In(IEnumerable<LayerPlan> layers) => [.. layers.Select(one => Of(one, isChosen, watch))];

        var inside = layer switch
        {
            ChainPlan chain => chain with { Layers = [.. In(chain.Layers)] },
            ResidualPlan block => block with { Body = Of(block.Body, isChosen, watch) },
            EncoderDecoderPlan stages => stages with
            {
                Encoder = [.. In(stages.Encoder)],
                Decoder = [.. In(stages.Decoder)],
            },
            _ => layer,
        };
        return isChosen(layer) ? new WatchedPlan(layer, inside, watch) : inside;
    }

    sealed record WatchedPlan(LayerPlan Original, LayerPlan Inside, Watch Watch)
        : LayerPlan(Original.Name, Original.Input, Original.Output)
    {
        public override IEnumerable<LayerPlan> Children => [Inside];

        public override long Macs(int task) => Inside.Macs(task);

        public override long Features(int? task) => Inside.Features(task);

        public override ILayer Build(TensorStore tensors) =>
            new Layer(Inside.Build(tensors), (output, pass) => Watch(Original, output, pass));
    }

    sealed class Layer(ILayer inside, Func<Tensor, Pass, Tensor> watch) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            var output = inside.Forward(x, pass);
            var seen = watch(output, pass);
            if (!ReferenceEquals(seen, output))
            {
                output.Dispose();
            }

            return seen;
        }
    }
}
