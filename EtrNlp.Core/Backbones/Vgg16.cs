using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Backbones;

/// <summary>
/// VGG-16 without its large linear layers (Simonyan and Zisserman 2015): 13 convolutions with batch norm and without
/// bias, five 2x2 max poolings, global average pooling. Weights start normal with variance 2 / fan out.
/// </summary>
/// <param name="Width">Factor on every number of channels.</param>
/// <param name="ReplaceFirst">
/// Whether the operation also takes the place of the first convolution, which sees the image's 3 channels.
/// </param>
public sealed record Vgg16(double Width, bool ReplaceFirst) : IBackbone
{
    static readonly int[][] StageChannels =
    [
        [64, 64],
        [128, 128],
        [256, 256, 256],
        [512, 512, 512],
        [512, 512, 512],
    ];

    static readonly Setting<bool> ReplaceFirstKey = new(
        "replace_first",
        "the operation replaces the first convolution (3 channels) too, as Table 2's LBConv, "
            + "Shift and Depth-wise rows do",
        Values.Flag,
        "false"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IBackbone> Entry { get; } =
        new(
            "vgg16",
            "13 convolutions in five stages, global average pooling",
            "Simonyan and Zisserman 2015; paper Table 2",
            [Backbones.Width.Key, ReplaceFirstKey],
            values => new Vgg16(values.Get(Backbones.Width.Key), values.Get(ReplaceFirstKey))
        );

    /// <summary>Five halvings leave one pixel of it.</summary>
    public int SmallestSide => 32;

    /// <inheritdoc/>
    public IBackbone At(double width) => this with { Width = width };

    /// <inheritdoc/>
    public LayerPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place)
    {
        var (layers, output) = (new List<LayerPlan>(), new FeatureShape(3, image.Height, image.Width));
        foreach (var (stage, widths) in StageChannels.Index())
        {
            foreach (var (index, channels) in widths.Index())
            {
                var name = $"stage{stage + 1}.{index}";
                var replaceable = ReplaceFirst || stage + index > 0;
                var width = Backbones.Width.Scale(Width, channels, multiple);
                layers.Add(
                    place(
                        new ConvSite(
                            $"{name}.conv",
                            output,
                            width,
                            3,
                            1,
                            Bias: false,
                            replaceable,
                            $"{name}.norm",
                            Start
                        )
                    )
                );
                layers.Add(new ReluPlan($"{name}.relu", output = layers[^1].Output));
            }

            layers.Add(new HalvingPoolPlan($"stage{stage + 1}.pool", output));
            output = layers[^1].Output;
        }

        layers.Add(new GlobalPoolPlan("pool", output));
        return new ChainPlan("trunk", [.. layers]);
    }

    static Initialization Start(int fanIn, int fanOut) => new Initialization.Normal(Math.Sqrt(2.0 / fanOut));
}
