using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Backbones;

/// <summary>
/// SegNet (Badrinarayanan et al. 2017): five encoder stages, each followed by 2x2 max pooling, and five decoder stages,
/// each after the unpooling by its mirror's indices. Its 26 3x3 convolutions have biases and norms; all but the first,
/// which sees three channels, are replaceable. The features have the image's size, whichever it is: a pooling rounds an
/// odd side up and its unpooling restores it.
/// </summary>
/// <param name="Width">Factor on every number of channels.</param>
public sealed record SegNet(double Width) : IBackbone
{
    static readonly int[][] EncoderChannels =
    [
        [64, 64],
        [128, 128],
        [256, 256, 256],
        [512, 512, 512],
        [512, 512, 512],
    ];
    static readonly int[][] DecoderChannels =
    [
        [512, 512, 512],
        [256, 256, 256],
        [128, 128, 128],
        [64, 64],
        [64, 64],
    ];

    /// <summary>How experiment files name it.</summary>
    public static Entry<IBackbone> Entry { get; } =
        new(
            "segnet",
            "13 convolutions down and 13 up with the places of the poolings kept, for dense tasks",
            "Badrinarayanan et al. 2017; paper Sec. 4.1",
            [Backbones.Width.Key],
            values => new SegNet(values.Get(Backbones.Width.Key))
        );

    /// <inheritdoc/>
    public IBackbone At(double width) => this with { Width = width };

    /// <inheritdoc/>
    public TrunkPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place)
    {
        int[] Channels(int[] nominal) =>
            Array.ConvertAll(nominal, channels => Backbones.Width.Scale(Width, channels, multiple));

        var features = new FeatureShape(3, image.Height, image.Width);
        var (encoder, sizes) = (ImmutableArray.CreateBuilder<StagePlan>(), new Stack<FeatureShape>());
        foreach (var (i, channels) in EncoderChannels.Index())
        {
            var stage = Stage($"encoder{i + 1}", features, Channels(channels), place);
            encoder.Add(stage);
            sizes.Push(stage.Units[^1].Output);
            features = sizes.Peek().Strided(2);
        }

        var decoder = ImmutableArray.CreateBuilder<StagePlan>();
        foreach (var (i, channels) in DecoderChannels.Index())
        {
            decoder.Add(Stage($"decoder{DecoderChannels.Length - i}", sizes.Pop(), Channels(channels), place));
        }

        return new TrunkPlan(
            null,
            encoder.DrainToImmutable(),
            decoder.DrainToImmutable(),
            null,
            (name, input, channels) => Unit(name, input, channels, place),
            Pointwise
        );
    }

    static ConvolutionPlan Pointwise(string name, FeatureShape input, int channels, Owner owner) =>
        new(
            name,
            input,
            channels,
            1,
            1,
            Bias: true,
            owner,
            XavierInitialization.Weight,
            XavierInitialization.Bias
        );

    static StagePlan Stage(string name, FeatureShape input, int[] channels, Func<ConvSite, LayerPlan> place)
    {
        var (units, features) = (ImmutableArray.CreateBuilder<LayerPlan>(), input);
        foreach (var (i, width) in channels.Index())
        {
            units.Add(Unit($"{name}.{i}", features, width, place));
            features = units[^1].Output;
        }

        return new StagePlan(name, units.DrainToImmutable());
    }

    static ChainPlan Unit(string name, FeatureShape input, int channels, Func<ConvSite, LayerPlan> place)
    {
        var site = new ConvSite(
            $"{name}.conv",
            input,
            channels,
            3,
            1,
            Bias: true,
            Replaceable: input.Channels != 3,
            $"{name}.norm",
            XavierInitialization.Weight,
            XavierInitialization.Bias
        );
        return new ChainPlan(name, [place(site), new ReluPlan($"{name}.relu", site.Output)]);
    }
}
