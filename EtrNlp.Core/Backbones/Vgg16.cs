using System.Collections.Immutable;
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
    public TrunkPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place)
    {
        var features = new FeatureShape(3, image.Height, image.Width);
        var stages = ImmutableArray.CreateBuilder<StagePlan>();
        foreach (var (stage, widths) in StageChannels.Index())
        {
            var (stageName, units) = ($"stage{stage + 1}", ImmutableArray.CreateBuilder<LayerPlan>());
            foreach (var (index, channels) in widths.Index())
            {
                var replaceable = ReplaceFirst || stage + index > 0;
                var width = Backbones.Width.Scale(Width, channels, multiple);
                units.Add(Unit($"{stageName}.{index}", features, width, replaceable, place));
                features = units[^1].Output;
            }

            var pool = new HalvingPoolPlan($"{stageName}.pool", features);
            stages.Add(new StagePlan(stageName, units.DrainToImmutable(), pool));
            features = pool.Output;
        }

        return new TrunkPlan(
            null,
            stages.DrainToImmutable(),
            [],
            new GlobalPoolPlan("pool", features),
            (name, input, channels) => Unit(name, input, channels, replaceable: true, place),
            TrunkPlan.DefaultPointwise
        );
    }

    static ChainPlan Unit(
        string name,
        FeatureShape input,
        int channels,
        bool replaceable,
        Func<ConvSite, LayerPlan> place
    )
    {
        var conv = place(
            new ConvSite($"{name}.conv", input, channels, 3, 1, Bias: false, replaceable, $"{name}.norm", Start)
        );
        return new ChainPlan(name, [conv, new ReluPlan($"{name}.relu", conv.Output)]);
    }

    static Initialization Start(int fanIn, int fanOut) => new Initialization.Normal(Math.Sqrt(2.0 / fanOut));
}
