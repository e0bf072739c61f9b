using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Checkpoints;

/// <summary>torchvision's network that has the layers of a backbone: <c>resnet18</c> or <c>vgg16_bn</c>.</summary>
static partial class TorchvisionBackbone
{
    static readonly PixelNormalization ImageNet = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>What is said where images come to the network otherwise than to torchvision's; null: nothing.</summary>
    internal static string? PixelNotice(PixelNormalization here) =>
        here.Mean.SequenceEqual(ImageNet.Mean) && here.Std.SequenceEqual(ImageNet.Std)
            ? null
            : $"torchvision's own weights expect images of {Text(ImageNet)}, and this dataset's are of {Text(here)}; "
                + "image_table takes other numbers by its keys mean and std";

    static string Text(PixelNormalization pixels) => $"mean {Text(pixels.Mean)} and std {Text(pixels.Std)}";

    static string Text(IReadOnlyList<double> numbers) =>
        $"[{string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Refuses a file of another network of torchvision, some of whose tensors would fit.</summary>
    /// <exception cref="InvalidSettingException">It is such a file.</exception>
    internal static void Require(SafeTensors file, Experiment experiment)
    {
        var shapes = Shapes(experiment);
        var trunk = file.Tensors.Values.Where(tensor => Trunk().IsMatch(tensor.Name));
        var others = trunk.Where(tensor => !Has(shapes, tensor)).ToArray();
        if (shapes.Count == 0 || others.Length == 0)
        {
            return;
        }

        var network = shapes.ContainsKey("conv1.weight") ? "resnet18" : "vgg16_bn";
        var width = experiment.Backbone.Width;
        var (first, more) = (others[0], others.Length > 1 ? $" and {others.Length - 1} more" : "");
        throw new InvalidSettingException(
            Experiment.InitFromName,
            FormattableString.Invariant($"this backbone of width {width} starts from torchvision's {network} of that ")
                + $"width, and {file.Path} is of another network: it has {first.Name} "
                + $"[{string.Join(", ", first.Shape)}]{more}; convert the weights of {network}"
        );
    }

    static bool Has(Dictionary<string, ImmutableArray<long>> shapes, StoredTensor tensor) =>
        shapes.TryGetValue(tensor.Name, out var shape) && shape.SequenceEqual(tensor.Shape);

    // The backbone as torchvision has it: without what an operation, a routing or the earlier code makes of it.
    static Dictionary<string, ImmutableArray<long>> Shapes(Experiment experiment)
    {
        var backbone = experiment.Backbone is ResNet18 net ? net with { ShortcutNorm = true } : experiment.Backbone;
        var plain = experiment with { Backbone = backbone, Operation = new Conv(), Routing = new HardSharing() };
        var plan = NetworkPlanner.Plan(plain, experiment.Dataset.Size);
        var shapes = new Dictionary<string, ImmutableArray<long>>();
        foreach (var (path, shape) in Checkpoint.ShapesOf(plan))
        {
            if (TorchvisionNames.Of(TorchvisionNames.WithoutPrefix(path)) is { } name)
            {
                shapes[$"{name}"] = shape;
                shapes.TryAdd($"{name.Layer}.bias", [shape[0]]); // of VGG's convolutions, where there is none here
            }
        }

        return shapes;
    }

    [GeneratedRegex(@"^(features|layer\d+|conv1|bn1)\.")]
    private static partial Regex Trunk();
}
