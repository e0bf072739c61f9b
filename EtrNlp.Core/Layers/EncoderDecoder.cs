using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Stages that each end in 2x2 max pooling, then as many that each begin by undoing the pooling of their mirror stage;
/// see <see cref="KeptPlaces"/>.
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
                var (pooled, kept) = KeptPlaces.Pool(stage.Forward(features, pass));
                places.Push(kept);
                features = Behind(i, pooled, pass);
            }

            foreach (var (i, stage) in decoder.Index())
            {
                features = stage.Forward(KeptPlaces.Unpool(features, places.Pop()), pass);
                features = Behind(encoder.Length + i, features, pass);
            }

            return features.MoveToOuterDisposeScope();
        }

        Tensor Behind(int stage, Tensor features, Pass pass) =>
            stage < between.Length ? between[stage].Forward(features, pass) : features;
    }
}
