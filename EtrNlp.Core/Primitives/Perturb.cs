using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>Which features get noise of their own.</summary>
public enum NoiseMasks
{
    /// <summary>Every channel and pixel: [C, H, W].</summary>
    PerChannel,

    /// <summary>Every pixel, the same for all channels: [1, H, W].</summary>
    Shared,
}

/// <summary>
/// x + level * noise, the noise drawn once from U(-1, 1) and kept, for training and evaluation alike (Juefei-Xu et al.
/// 2018, PNN).
/// </summary>
public sealed record Perturb(double Level, NoiseMasks Masks) : IPrimitive
{
    static readonly Setting<double> LevelKey = new("level", "largest size of the noise", Values.Number(0, 100), "0.1");
    static readonly Setting<NoiseMasks> MasksKey = new(
        "masks",
        "noise for every channel, or one map for all",
        Values.Choice<NoiseMasks>(),
        "per_channel"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new(
            "perturb",
            "additive noise drawn once from U(-level, level)",
            "paper Sec. 3.1; Juefei-Xu et al. 2018, PNN",
            [LevelKey, MasksKey],
            values => new Perturb(values.Get(LevelKey), values.Get(MasksKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Buffers(string name, FeatureShape input) =>
        [
            new BufferPlan(
                $"{name}.noise",
                [Masks == NoiseMasks.Shared ? 1 : input.Channels, input.Height, input.Width],
                new Initialization.Uniform(1)
            )
            {
                MemoryOrder = [1, 2, 0], // as features lie; sums of tensors in two orders are several times slower
            },
        ];

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(buffers[0], Level);

    sealed class Layer(Tensor noise, double level) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x) => x.add(noise.In(x.dtype), Scalars.Of(level));
    }
}
