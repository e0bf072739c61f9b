using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built <see cref="MixingPlan"/> on the feature maps of its module.</summary>
sealed class Mixing(MixingPlan plan, FeatureMaps features, FeatureShape output, TensorStore tensors)
{
    readonly Tensor _weight = tensors[plan.Weight];
    readonly Tensor _bias = tensors[plan.Bias];

    // Where groups cut through channels, the product is over all channels with zeros between the groups.
    readonly bool _dense = !plan.GroupsHoldWholeChannels;

    public ChannelReads Reads { get; } = new(plan.Reads, tensors);

    int Groups => _dense ? 1 : plan.Groups;

    public bool Serves(int lane) => (plan.Lane ?? lane) == lane && !Reads.Skips(lane);

    /// <summary>Rows [N * H' * W', C] of every feature map to one tensor [N, C_out / g, H', W'] per group.</summary>
    public Tensor[] Mix(Tensor[] rows, long images)
    {
        var offsets = features.Offsets();
        var weights = Weights(); // per primitive [g, C_out / g, C / g]
        var byGroup = rows.Select(map => map.chunk(Groups, 1)).ToArray();
        return [.. Enumerable.Range(0, Groups).Select(group => MixGroup(group, [.. byGroup.Select(map => map[group])], weights, offsets, images))];
    }

    Tensor MixGroup(int group, Tensor[] rows, Tensor[] weights, (int Primitive, Tensor Rows)[] offsets, long images)
    {
        var channels = plan.Channels / Groups;
        Tensor? sum = null;
        var spread = new List<(SpatialMap After, Tensor Product)>();
        for (var map = 0; map < rows.Length; map++)
        {
            var terms = features.Terms[map];
            var stacked = terms.Select(term => Sum(term.Primitives.Select(p => weights[p][group]))).ToArray();
            var matrix = (stacked.Length == 1 ? stacked[0] : cat(stacked)).t(); // [C / g, terms * C_out / g]
            if (terms is [{ After: null }])
            {
                sum = sum is null ? rows[map].mm(matrix) : sum.addmm(rows[map], matrix);
                continue;
            }

            var products = rows[map].mm(matrix).chunk(terms.Length, 1);
            sum = terms[0].After is null ? products[0] : sum;
            spread.AddRange(terms.Zip(products).Where(pair => pair.First.After is not null).Select(pair => (pair.First.After!, pair.Second)));
        }

        var offset = _bias.narrow(0, group * channels, channels) + Offset(group, weights, offsets); // [H' * W' or 1, C_out / g]
        var whole = spread.Aggregate((sum?.view(images, -1, channels) ?? zeros([1, 1, channels], device: tensors.Device)) + offset,
            (y, term) => y + term.After.Apply(term.Product.view(images, -1, channels)));
        return whole.view(images, output.Height, output.Width, channels).permute(0, 3, 1, 2);
    }

    Tensor Offset(int group, Tensor[] weights, (int Primitive, Tensor Rows)[] offsets)
    {
        var maps = offsets.Select(offset => offset.Rows.chunk(Groups, 1)[group].mm(weights[offset.Primitive][group].t())).ToArray();
        return maps.Length == 0 ? zeros([1, 1], device: tensors.Device) : Sum(maps);
    }

    // Feature c * k + p of a group is primitive p of the group's channel c.
    Tensor[] Weights()
    {
        var whole = _dense
            ? block_diag([.. _weight.view(plan.Groups, plan.Channels / plan.Groups, -1).unbind(0)]).view(plan.Channels, plan.InputChannels, plan.Primitives)
            : _weight; // [C_out, C_in / g, k]
        return [.. whole.permute(2, 0, 1).unbind(0).Select(weight => weight.view(Groups, plan.Channels / Groups, -1))];
    }

    static Tensor Sum(IEnumerable<Tensor> tensors) => tensors.Aggregate((left, right) => left + right);
}
