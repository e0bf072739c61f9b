using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The NLP module's function and its gradient, without concatenation and without shuffle: matrix products over rows of pixels, one per
/// feature map that is really different, summed where they fall. Exactly Algorithm 1's function, differently summed. Of the forward
/// pass only the input is kept; the fixed maps, cheap beside the mixing, are computed again.
/// </summary>
sealed class MixedMaps(FeatureMaps features, FeatureShape output)
{
    /// <summary>x [N, C, H, W] to [N, C', H', W'], channels-last: the mixed channels of every weight, one after the other.</summary>
    public Tensor Forward(Tensor x, GroupedWeight[] weights)
    {
        using var scope = NewDisposeScope();
        var offsets = features.Offsets(x.dtype);
        var y = empty([x.shape[0], output.Pixels, weights.Sum(weight => weight.Channels)], x.dtype, x.device);
        var sums = Parts(y, weights);
        for (var i = 0; i < weights.Length; i++)
        {
            sums[i].copy_(Constant(weights[i], offsets));
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

        return y.view(x.shape[0], output.Height, output.Width, -1).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The gradients of x (null where it needs none) and of every weight and bias, given that of the output.</summary>
    public (Tensor? Input, Tensor[] Weights, Tensor[] Biases) Backward(Tensor x, bool inputNeeded, GroupedWeight[] weights, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var upstream = FeatureMaps.AsRows(gradient).view(x.shape[0], output.Pixels, -1);
        var mixed = Parts(upstream, weights);
        var mixedRows = AsRows(mixed);
        var ofWeights = weights.Select(weight => weight.NewGradient()).ToArray();
        Tensor? ofInput = null;
        foreach (var map in features.Maps)
        {
            using var mapScope = NewDisposeScope();
            var (leaf, rows) = Rows(map, x, inputNeeded);
            for (var i = 0; i < weights.Length; i++)
            {
                AddWeightGradients(weights[i], ofWeights[i], mixedRows[i], rows, map.Primitives);
            }

            if (inputNeeded)
            {
                var ofMap = Pulled(map, leaf, rows, RowsGradient(weights, mixedRows, rows, map.Primitives));
                ofInput = ofInput?.add_(ofMap) ?? ofMap.MoveToOuterDisposeScope();
            }
        }

        var constants = mixed.Select(part => part.sum([0])).ToArray(); // [H' * W', C_out]
        foreach (var (primitive, rows, scale) in features.Offsets(x.dtype))
        {
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i].AddWeightGradient(ofWeights[i].select(2, primitive), constants[i], rows, overwrite: false, scale);
            }
        }

        return (ofInput?.MoveToOuterDisposeScope(), Outer(ofWeights), Outer([.. constants.Select(constant => constant.sum([0]))]));
    }

    static Tensor[] Outer(Tensor[] tensors) => [.. tensors.Select(tensor => tensor.MoveToOuterDisposeScope())];

    // A map's rows once more; differentiable by the leaf where autograd has to find the gradient.
    static (Tensor Leaf, Tensor Rows) Rows(FeatureMap map, Tensor x, bool inputNeeded)
    {
        if (map.Pull is not null || !inputNeeded)
        {
            return (x, map.Rows(x));
        }

        using var grad = enable_grad();
        var leaf = x.detach().requires_grad_();
        return (leaf, map.Rows(leaf));
    }

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

    static void AddWeightGradients(GroupedWeight weight, Tensor sum, Tensor mixed, Tensor rows, int[] primitives)
    {
        var first = sum.select(2, primitives[0]);
        weight.AddWeightGradient(first, mixed, rows, overwrite: true);
        foreach (var primitive in primitives.Skip(1))
        {
            sum.select(2, primitive).copy_(first);
        }
    }

    static Tensor RowsGradient(GroupedWeight[] weights, Tensor[] mixed, Tensor rows, int[] primitives)
    {
        var sum = empty(rows.shape, rows.dtype, rows.device);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i].AddRowsGradient(sum, mixed[i], primitives, overwrite: i == 0);
        }

        return sum;
    }

    // From the gradient of a map's rows to that of its input.
    static Tensor Pulled(FeatureMap map, Tensor leaf, Tensor rows, Tensor gradient)
    {
        if (map.Pull is not null)
        {
            return map.Pull(gradient);
        }

        rows.backward([gradient]);
        return leaf.grad!;
    }

    // [N, pixels, C] to [N * pixels, C], views.
    static Tensor[] AsRows(Tensor[] parts) => [.. parts.Select(part => part.flatten(0, 1))];

    // The channels of every weight, views.
    static Tensor[] Parts(Tensor rows, GroupedWeight[] weights)
    {
        var ends = weights.Select(weight => weight.Channels).ToArray();
        return weights.Length == 1 ? [rows] : rows.split(ends, 2);
    }
}
