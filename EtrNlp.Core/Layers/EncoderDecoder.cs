using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Stages that each end in 2x2 max pooling (ceil mode), then as many that each begin by undoing the pooling of their
/// mirror stage: every value goes back to the place it was the largest at (Badrinarayanan et al. 2017).
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Encoder">The stages before the poolings, the first sees the image.</param>
/// <param name="Decoder">The stages after the unpoolings; stage i undoes pooling n - 1 - i.</param>
/// <param name="Between">
/// What stands between each two neighbours of all stages, behind a pooling and before an unpooling; empty: nothing.
/// </param>
public sealed record EncoderDecoderPlan(
    string Name,
    ImmutableArray<LayerPlan> Encoder,
    ImmutableArray<LayerPlan> Decoder,
    ImmutableArray<LayerPlan> Between
) : LayerPlan(Name, Encoder[0].Input, Decoder[^1].Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children =>
        Encoder.Concat(Decoder).SelectMany((stage, i) => Between.Skip(i).Take(1).Prepend(stage));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new EncoderDecoder(
            [.. Encoder.Select(stage => stage.Build(tensors))],
            [.. Decoder.Select(stage => stage.Build(tensors))],
            [.. Between.Select(layer => layer.Build(tensors))]
        );

    sealed class EncoderDecoder(ILayer[] encoder, ILayer[] decoder, ILayer[] between) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var places = new Stack<Tensor>();
            var features = x;
            foreach (var (i, stage) in encoder.Index())
            {
                var whole = stage.Forward(features, pass);
                (features, var indices) = nn.functional.max_pool2d_with_indices(whole, [2, 2], [2, 2], ceil_mode: true);
                places.Push(Places(indices, whole.shape[2], whole.shape[3]));
                features = Behind(i, features, pass);
            }

            foreach (var (i, stage) in decoder.Index())
            {
                var place = places.Pop();
                features = stage.Forward(Unpooled(features, place.shape[2], place.shape[3]) * place, pass);
                features = Behind(encoder.Length + i, features, pass);
            }

            return features.MoveToOuterDisposeScope();
        }

        Tensor Behind(int stage, Tensor features, Pass pass) =>
            stage < between.Length ? between[stage].Forward(features, pass) : features;

        // Where the largest value of each window stood, [N, C, H, W]: the unpooling as an elementwise product stays
        // channels-last, and so does its gradient. Positions are whole numbers, which float32 holds up to 2^24 pixels.
        static Tensor Places(Tensor indices, long height, long width)
        {
            var pixels = arange(Scalars.Of(height * width), dtype: ScalarType.Float32, device: indices.device);
            return Unpooled(indices.to(ScalarType.Float32), height, width).eq(pixels.view(1, 1, height, width));
        }

        // Every value of [N, C, h, w] over its 2x2 window, which the edge of an odd side cuts off.
        static Tensor Unpooled(Tensor x, long height, long width) =>
            nn.functional.interpolate(x, [height, width], mode: InterpolationMode.Nearest);
    }
}
