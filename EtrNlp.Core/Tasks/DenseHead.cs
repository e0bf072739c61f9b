using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The head of every dense task: a 3x3 convolution that keeps the channels, then a 1x1 convolution to the outputs, with
/// biases and nothing between.
/// </summary>
static class DenseHead
{
    internal static LayerPlan Plan(string name, FeatureShape features, int outputs, Owner owner)
    {
        var wide = new ConvolutionPlan(
            $"{name}.conv",
            features,
            features.Channels,
            3,
            1,
            Bias: true,
            owner,
            XavierInitialization.Weight,
            XavierInitialization.Bias
        );
        return new ChainPlan(
            name,
            [
                wide,
                new ConvolutionPlan(
                    $"{name}.output",
                    wide.Output,
                    outputs,
                    1,
                    1,
                    Bias: true,
                    owner,
                    XavierInitialization.Weight,
                    XavierInitialization.Bias
                ),
            ]
        );
    }
}
