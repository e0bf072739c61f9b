using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Backbones;

/// <summary>
/// ResNet-18 (He et al. 2016): 7x7 stem, four stages of two basic blocks, global average pooling. Its 16 3x3
/// convolutions are replaceable; stem and 1x1 shortcuts are not. Weights start normal with variance 2 / fan out.
/// </summary>
/// <param name="Width">Factor on every number of channels.</param>
/// <param name="ShortcutNorm">Whether a 1x1 shortcut is followed by a norm; the earlier code has none.</param>
public sealed record ResNet18(double Width, bool ShortcutNorm) : IBackbone
{
    static readonly int[] StageChannels = [64, 128, 256, 512];

    static readonly Setting<bool> ShortcutNormKey = new(
        "shortcut_norm",
        "batch norm on the 1x1 shortcuts; false is the earlier code's network",
        Values.Flag,
        "true"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IBackbone> Entry { get; } =
        new(
            "resnet18",
            "7x7 stem, eight basic blocks, global average pooling",
            "He et al. 2016; paper Sec. 4.1",
            [Backbones.Width.Key, ShortcutNormKey],
            values => new ResNet18(values.Get(Backbones.Width.Key), values.Get(ShortcutNormKey))
        );

    /// <inheritdoc/>
    public IBackbone At(double width) => this with { Width = width };

    /// <inheritdoc/>
    public TrunkPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place)
    {
        int Channels(int nominal) => Backbones.Width.Scale(Width, nominal, multiple);
        var stem = Stem(new FeatureShape(3, image.Height, image.Width), Channels(64), place);
        var (stages, features) = (ImmutableArray.CreateBuilder<StagePlan>(), stem.Output);
        foreach (var (stage, channels) in StageChannels.Index())
        {
            var name = $"layer{stage + 1}";
            var first = Block($"{name}.0", features, Channels(channels), stage > 0 ? 2 : 1, place);
            var second = Block($"{name}.1", first.Output, Channels(channels), 1, place);
            stages.Add(new StagePlan(name, [first, second]));
            features = second.Output;
        }

        return new TrunkPlan(
            stem,
            stages.DrainToImmutable(),
            [],
            new GlobalPoolPlan("pool", features),
            (name, input, channels) => Block(name, input, channels, 1, place),
            TrunkPlan.DefaultPointwise
        );
    }

    static ChainPlan Stem(FeatureShape image, int channels, Func<ConvSite, LayerPlan> place)
    {
        var conv = place(
            new ConvSite("stem.conv", image, channels, 7, 2, Bias: false, Replaceable: false, "stem.norm", Start)
        );
        return new ChainPlan(
            "stem",
            [conv, new ReluPlan("stem.relu", conv.Output), new StemPoolPlan("stem.pool", conv.Output)]
        );
    }

    static Initialization Start(int fanIn, int fanOut) => new Initialization.Normal(Math.Sqrt(2.0 / fanOut));

    ResidualPlan Block(string name, FeatureShape input, int channels, int stride, Func<ConvSite, LayerPlan> place)
    {
        var first = place(Convolution($"{name}.conv1", $"{name}.norm1", input, channels, stride));
        var second = place(Convolution($"{name}.conv2", $"{name}.norm2", first.Output, channels, stride: 1));
        var shortcut =
            stride == 1 && input.Channels == channels ? null : place(Shortcut(name, input, channels, stride));
        return new ResidualPlan(
            name,
            new ChainPlan(name, [first, new ReluPlan($"{name}.relu", first.Output), second]),
            shortcut
        );
    }

    static ConvSite Convolution(string name, string norm, FeatureShape input, int channels, int stride) =>
        new(name, input, channels, 3, stride, Bias: false, Replaceable: true, norm, Start);

    ConvSite Shortcut(string block, FeatureShape input, int channels, int stride) =>
        new(
            $"{block}.shortcut.conv",
            input,
            channels,
            1,
            stride,
            Bias: false,
            Replaceable: false,
            ShortcutNorm ? $"{block}.shortcut.norm" : null,
            Start
        );
}
