using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built <see cref="MixingPlan"/> on the feature maps of its module; every product is one for all groups.</summary>
sealed class Mixing(MixingPlan plan, FeatureMaps features, FeatureShape output, TensorStore tensors)
{
    readonly Tensor _weight = tensors[plan.Weight];
    readonly Tensor _bias = tensors[plan.Bias];

    // Where groups cut through channels, the product is over all channels with zeros between the groups.
    readonly long _groups = plan.GroupsHoldWholeChannels ? plan.Groups : 1;

    public ChannelReads Reads { get; } = new(plan.Reads, tensors);

    long Channels => plan.Channels / _groups;

    public bool Serves(int lane) => (plan.Lane ?? lane) == lane && !Reads.Skips(lane);

    /// <summary>Rows [N * H' * W', C] of every feature map to one tensor [N, C_out / g, H', W'] per group.</summary>
    public Tensor[] Mix(Tensor[] rows, long images)
    {
        var weights = Weights();
        var products = rows.Select(ByGroup).Zip(features.Terms).SelectMany(map => Products(map.First, map.Second, weights, images));
        var constant = Constant(weights).unsqueeze(1); // [g, 1, H' * W' or 1, C_out / g]
        var sum = products.Aggregate((Tensor?)null, (sum, product) => sum is null ? product + constant : sum.add_(product))!;
        return [.. sum.view(_groups, images, output.Height, output.Width, Channels).permute(0, 1, 4, 2, 3).unbind(0)];
    }

    // What one map gives to the sum, each [g, N, H' * W', C_out / g]; the products of all its terms are one.
    IEnumerable<Tensor> Products(Tensor map, Term[] terms, Tensor[] weights, long images)
    {
        var stacked = terms.Select(term => Sum(term.Primitives.Select(p => weights[p]))).ToArray();
        var matrix = (stacked.Length == 1 ? stacked[0] : cat(stacked, 1)).transpose(1, 2); // [g, C / g, terms * C_out / g]
        var products = map.bmm(matrix).view(_groups * images, -1, terms.Length * Channels);
        return terms.Zip(products.chunk(terms.Length, 2), (term, product) => (term.After?.Apply(product) ?? product).view(_groups, images, -1, Channels));
    }

    // The bias, and what the mixing makes of the primitives' offsets.
    Tensor Constant(Tensor[] weights) => features.Offsets().Aggregate(
        _bias.view(_groups, 1, Channels), (sum, offset) => sum + ByGroup(offset.Rows).bmm(weights[offset.Primitive].transpose(1, 2)));

    // [rows, C] to [g, rows, C / g], a view.
    Tensor ByGroup(Tensor rows) => rows.view(rows.shape[0], _groups, -1).transpose(0, 1);

    // Feature c * k + p of a group is primitive p of the group's channel c; per primitive [g, C_out / g, C / g].
    Tensor[] Weights()
    {
        var whole = plan.GroupsHoldWholeChannels
            ? _weight // [C_out, C_in / g, k]
            : block_diag([.. _weight.view(plan.Groups, plan.Channels / plan.Groups, -1).unbind(0)]).view(plan.Channels, plan.InputChannels, plan.Primitives);
        return [.. whole.permute(2, 0, 1).unbind(0).Select(weight => weight.view(_groups, Channels, -1))];
    }

    static Tensor Sum(IEnumerable<Tensor> tensors) => tensors.Aggregate((left, right) => left + right);
}
