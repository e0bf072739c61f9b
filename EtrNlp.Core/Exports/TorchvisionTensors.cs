using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Exports;

/// <summary>
/// The tensors of a network under the names, and in the shapes, that torchvision has for <c>resnet18</c> and
/// <c>vgg16_bn</c>. The heads of all tasks are one linear map, in the order of the tasks.
/// </summary>
static class TorchvisionTensors
{
    const string For =
        "--names torchvision is for operation conv and routing hard_sharing on resnet18 or vgg16 of width 1";

    /// <summary>All of them.</summary>
    /// <exception cref="DataException">torchvision has no such network.</exception>
    internal static IReadOnlyList<(string Name, Tensor Tensor)> Of(Network network, Experiment experiment)
    {
        var (tensors, width) = (OfAnyWidth(network, experiment), experiment.Backbone.Width);
        return width == 1
            ? tensors
            : throw new DataException(FormattableString.Invariant($"torchvision has none of width {width}; {For}"));
    }

    /// <summary>The same of a network that has torchvision's layers with other numbers of channels.</summary>
    internal static IReadOnlyList<(string Name, Tensor Tensor)> OfAnyWidth(Network network, Experiment experiment)
    {
        var (plan, tensors) = (network.Plan, network.Tensors);
        if (experiment is not { Operation: Conv, Routing: HardSharing })
        {
            throw new DataException($"torchvision has no such layers; {For}");
        }

        if (plan.Routes > 1)
        {
            throw new DataException($"each task has running statistics of its own, and torchvision keeps one; {For}");
        }

        (string Name, Tensor Tensor)[] trunk =
        [
            .. plan.Trunk.Parameters.Select(one => (NameOf(one.Name), tensors[one])),
            .. plan.Trunk.Buffers.Select(one => (NameOf(one.Name), tensors[one])),
        ];
        RequireWhole([.. trunk.Select(one => one.Name)]);
        return [.. trunk, .. Biases(trunk), .. Head(plan, tensors, trunk[0].Name == "conv1.weight")];
    }

    // torchvision's VGG has biases before norms, which take them away.
    static IEnumerable<(string, Tensor)> Biases((string Name, Tensor Tensor)[] trunk) =>
        trunk
            .Where(one => one.Name.StartsWith("features.", StringComparison.Ordinal) && one.Tensor.dim() == 4)
            .Select(one => (one.Name.Replace("weight", "bias", StringComparison.Ordinal), zeros(one.Tensor.shape[0])));

    static IEnumerable<(string, Tensor)> Head(NetworkPlan plan, TensorStore tensors, bool isResNet)
    {
        var (name, heads) = (isResNet ? "fc" : "classifier", plan.Heads.Cast<LinearPlan>().ToArray());
        return
        [
            ($"{name}.weight", cat([.. heads.Select(head => tensors[head.Weight])], 0)),
            ($"{name}.bias", cat([.. heads.Select(head => tensors[head.Bias])], 0)),
        ];
    }

    static string NameOf(string name) =>
        TorchvisionNames.Of(name)?.ToString()
        ?? throw new DataException($"torchvision has no tensor such as {name}; {For}");

    static void RequireWhole(HashSet<string> names)
    {
        var alone = names.FirstOrDefault(name =>
            name.EndsWith("downsample.0.weight", StringComparison.Ordinal)
            && !names.Contains(name.Replace(".0.weight", ".1.weight", StringComparison.Ordinal))
        );
        if (alone is not null)
        {
            throw new DataException(
                $"torchvision has a norm after {alone}, and this network none (shortcut_norm: false)"
            );
        }
    }
}
