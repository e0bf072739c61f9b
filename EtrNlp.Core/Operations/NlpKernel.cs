using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The NLP module's function and its gradient, without concatenation and without shuffle: matrix products over rows of
/// pixels, one per feature map that is really different, summed where they fall. Exactly Algorithm 1's function,
/// differently summed. Of the forward pass only the input is kept; the fixed maps, cheap beside the mixing, are
/// computed again. Large images go one after the other, so that the maps of one at a time are held.
/// </summary>
sealed class NlpKernel(FixedMaps features, FeatureShape output)
{
    const long BytesAtOnce = 4 << 20;

    /// <summary>
    /// x [N, C, H, W] to [N, C', H', W'], channels-last: the mixed channels of every weight, in order.
    /// </summary>
    public Tensor Forward(Tensor x, GroupedWeight[] weights)
    {
        using var scope = NewDisposeScope();
        var offsets = features.Offsets(x.dtype);
        var constants = weights.Select(weight => Constant(weight, offsets)).ToArray();
        var y = empty([x.shape[0], output.Pixels, weights.Sum(weight => weight.Channels)], x.dtype, x.device);
        foreach (var (first, count) in Blocks(x))
        {
            using var blockScope = NewDisposeScope();
            Mix(x.narrow(0, first, count), weights, constants, Parts(y.narrow(0, first, count), weights));
        }

        return y.view(x.shape[0], output.Height, output.Width, -1).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The gradients of x (null where it needs none) and of every weight and bias, given that of the output.
    /// </summary>
    public (Tensor? Input, Tensor[] Weights, Tensor[] Biases) Backward(
        Tensor x,
        bool inputNeeded,
        GroupedWeight[] weights,
        Tensor gradient
    )
    {
        using var scope = NewDisposeScope();
        var upstream = FixedMaps.AsRows(gradient).view(x.shape[0], output.Pixels, -1);
        var ofWeights = weights.Select(weight => weight.NewGradient()).ToArray();
        var ofInput = inputNeeded
            ? empty([x.shape[0], x.shape[2], x.shape[3], x.shape[1]], x.dtype, x.device).permute(0, 3, 1, 2)
            : null;
        foreach (var (first, count) in Blocks(x))
        {
            using var blockScope = NewDisposeScope();
            var mixedRows = AsRows(Parts(upstream.narrow(0, first, count), weights));
            AddGradients(
                x.narrow(0, first, count),
                ofInput?.narrow(0, first, count),
                weights,
                mixedRows,
                ofWeights,
                overwrite: first == 0
            );
        }

        foreach (var primitives in features.Maps.Select(map => map.Primitives))
        {
            Array.ForEach(ofWeights, sum => CopyToOthers(sum, primitives));
        }

        var constants = Parts(upstream, weights).Select(part => part.sum([0])).ToArray(); // [H' * W', C_out]
        foreach (var (primitive, rows, scale) in features.Offsets(x.dtype))
        {
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i]
                    .AddWeightGradient(ofWeights[i].select(2, primitive), constants[i], rows, overwrite: false, scale);
            }
        }

        return (
            ofInput?.MoveToOuterDisposeScope(),
            Outer(ofWeights),
            Outer([.. constants.Select(constant => constant.sum([0]))])
        );
    }

    // Images that go together: all where the type would round the sum over blocks of a weight's gradient each time, or
    // the device has many at work.
    static IEnumerable<(long First, long Count)> Blocks(Tensor x)
    {
        var images = x.shape[0];
        var inBlocks = x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32;
        var atOnce = inBlocks
            ? Math.Clamp(BytesAtOnce * images / (x.NumberOfElements * x.element_size()), 1, images)
            : images;
        for (var first = 0L; first < images; first += atOnce)
        {
            yield return (first, Math.Min(atOnce, images - first));
        }
    }

    void Mix(Tensor x, GroupedWeight[] weights, Tensor[] constants, Tensor[] sums)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            sums[i].copy_(constants[i]);
        }

        var sumRows = AsRows(sums);
        foreach (var map in features.Maps)
        {
            using var mapScope = NewDisposeScope();
            var rows = map.Rows(x);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i].AddMixed(sumRows[i], rows, map.Primitives);
            }
        }
    }

    // To the gradients of the input and of each map's first weights.
    void AddGradients(
        Tensor x,
        Tensor? ofInput,
        GroupedWeight[] weights,
        Tensor[] mixed,
        Tensor[] ofWeights,
        bool overwrite
    )
    {
        foreach (var (position, map) in features.Maps.Index())
        {
            using var mapScope = NewDisposeScope();
            var (rows, inputGradient) = ofInput is null ? (map.Rows(x), null) : map.WithInputGradient(x);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i].AddWeightGradient(ofWeights[i].select(2, map.Primitives[0]), mixed[i], rows, overwrite);
            }

            if (inputGradient is not null)
            {
                AddInputGradient(map, inputGradient, ofInput!, weights, mixed, overwrite: position == 0);
            }
        }
    }

    static void AddInputGradient(
        FixedMap map,
        Func<Tensor, Tensor> inputGradient,
        Tensor ofInput,
        GroupedWeight[] weights,
        Tensor[] mixed,
        bool overwrite
    )
    {
        if (map.IsInput)
        {
            AddRowsGradient(FixedMaps.AsRows(ofInput), weights, mixed, map.Primitives, overwrite);
            return;
        }

        var ofRows = empty([mixed[0].shape[0], ofInput.shape[1]], ofInput.dtype, ofInput.device);
        AddRowsGradient(ofRows, weights, mixed, map.Primitives, overwrite: true);
        var ofMap = inputGradient(ofRows);
        _ = overwrite ? ofInput.copy_(ofMap) : ofInput.Plus_(ofMap);
    }

    static Tensor[] Outer(Tensor[] tensors) => [.. tensors.Select(tensor => tensor.MoveToOuterDisposeScope())];

    // The bias, and what the mixing makes of the primitives' offsets: [H' * W' or 1, C_out].
    Tensor Constant(GroupedWeight weight, OffsetRows[] offsets)
    {
        if (offsets.Length == 0)
        {
            return weight.Bias.unsqueeze(0);
        }

        var constant = weight.Bias.expand(output.Pixels, -1).clone();
        foreach (var (primitive, rows, scale) in offsets)
        {
            weight.AddMixed(constant, rows, [primitive], scale);
        }

        return constant;
    }

    // The primitives of one map have one gradient.
    static void CopyToOthers(Tensor sum, int[] primitives)
    {
        foreach (var primitive in primitives.Skip(1))
        {
            sum.select(2, primitive).copy_(sum.select(2, primitives[0]));
        }
    }

    static void AddRowsGradient(Tensor sum, GroupedWeight[] weights, Tensor[] mixed, int[] primitives, bool overwrite)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i].AddRowsGradient(sum, mixed[i], primitives, overwrite: overwrite && i == 0);
        }
    }

    // [N, pixels, C] to [N * pixels, C], views.
    static Tensor[] AsRows(Tensor[] parts) => [.. parts.Select(part => part.flatten(0, 1))];

    // The channels of every weight, views.
    static Tensor[] Parts(Tensor rows, GroupedWeight[] weights)
    {
        var first = 0L;
        return
        [
            .. weights.Select(weight => rows.narrow(2, (first += weight.Channels) - weight.Channels, weight.Channels)),
        ];
    }
}
