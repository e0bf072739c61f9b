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
    public LayerPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place)
    {
        int[] Channels(int[] nominal) =>
            Array.ConvertAll(nominal, channels => Backbones.Width.Scale(Width, channels, multiple));

        // Apart, for all tasks pass it together.
        var input = new FeatureShape(3, image.Height, image.Width);
        var first = Stage("encoder1", input, Channels(EncoderChannels[0]), ..1, place);
        var features = first.Output;
        var (encoder, sizes) = (ImmutableArray.CreateBuilder<LayerPlan>(), new Stack<FeatureShape>());
        foreach (var (i, channels) in EncoderChannels.Index())
        {
            var stage = Stage($"encoder{i + 1}", features, Channels(channels), (i == 0 ? 1 : 0).., place);
            encoder.Add(stage);
            sizes.Push(stage.Output);
            features = stage.Output.Strided(2);
        }

        var decoder = ImmutableArray.CreateBuilder<LayerPlan>();
        foreach (var (i, channels) in DecoderChannels.Index())
        {
            decoder.Add(Stage($"decoder{DecoderChannels.Length - i}", sizes.Pop(), Channels(channels), .., place));
        }

        return new ChainPlan(
            "trunk",
            [first, new EncoderDecoderPlan("trunk.stages", encoder.DrainToImmutable(), decoder.DrainToImmutable())]
        );
    }

    static ChainPlan Stage(
        string name,
        FeatureShape input,
        int[] channels,
        Range which,
        Func<ConvSite, LayerPlan> place
    )
    {
        var layers = new List<LayerPlan>();
        foreach (var (i, width) in channels.Index().Take(which))
        {
            var features = layers.Count == 0 ? input : layers[^1].Output;
            var site = new ConvSite(
                $"{name}.{i}.conv",
                features,
                width,
                3,
                1,
                Bias: true,
                Replaceable: features.Channels != 3,
                $"{name}.{i}.norm",
                XavierInitialization.Weight,
                XavierInitialization.Bias
            );
            layers.Add(place(site));
            layers.Add(new ReluPlan($"{name}.{i}.relu", site.Output));
        }

        return new ChainPlan(name, [.. layers]);
    }
}
