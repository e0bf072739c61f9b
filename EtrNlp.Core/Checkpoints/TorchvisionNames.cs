using System.Globalization;
using System.Text.RegularExpressions;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// What torchvision calls the tensors of <c>resnet18</c> and <c>vgg16_bn</c>. The encoder of SegNet has the layers of
/// VGG-16, and so its names.
/// </summary>
static partial class TorchvisionNames
{
    /// <summary>Convolutions of VGG-16 by stage.</summary>
    static readonly int[] VggConvolutions = [2, 2, 3, 3, 3];

    /// <summary>Whether a file has such names.</summary>
    internal static bool AreIn(SafeTensors file) =>
        file.Tensors.ContainsKey("conv1.weight") || file.Tensors.ContainsKey("features.0.weight");

    /// <summary>
    /// The name of a parameter or buffer. Those of single tasks, and what tasks share of a layer, have that of the
    /// whole layer. Null where torchvision has no such layer.
    /// </summary>
    internal static string? Of(string name, IReadOnlyCollection<string> tasks)
    {
        var (parts, kind) = (name.Split('.')[..^1], name[(name.LastIndexOf('.') + 1)..]);
        if (kind is not ("weight" or "bias" or "running_mean" or "running_var"))
        {
            return null;
        }

        var isOfTask = kind is "running_mean" or "running_var" && tasks.Contains(parts[^1]);
        if (isOfTask || parts[^1] == "shared")
        {
            parts = parts[..^1];
        }

        var layer = OfLayer(string.Join('.', parts));
        layer ??= tasks.Contains(parts[0]) ? OfLayer(string.Join('.', parts[1..])) : null;
        return layer is null ? null : $"{layer}.{kind}";
    }

    /// <summary>The bias of the convolution in front of a VGG's norm, given its running mean; null of others.</summary>
    internal static string? BiasBefore(string runningMean) =>
        VggMean().Match(runningMean) is { Success: true } match ? $"features.{Number(match, 1) - 1}.bias" : null;

    static string? OfLayer(string layer)
    {
        if (Vgg().Match(layer) is { Success: true } vgg)
        {
            // a convolution, a norm and a ReLU each, and a pooling after every stage
            var stage = Number(vgg, 1) - 1;
            var first = VggConvolutions[..stage].Sum(convolutions => (3 * convolutions) + 1);
            return $"features.{first + (3 * Number(vgg, 2)) + (vgg.Groups[3].Value == "norm" ? 1 : 0)}";
        }

        if (Block().Match(layer) is { Success: true } block)
        {
            return $"{block.Groups[1]}.{(block.Groups[2].Value == "norm" ? "bn" : "conv")}{block.Groups[3]}";
        }

        if (Shortcut().Match(layer) is { Success: true } shortcut)
        {
            return $"{shortcut.Groups[1]}.downsample.{(shortcut.Groups[2].Value == "norm" ? 1 : 0)}";
        }

        return layer switch
        {
            "stem.conv" => "conv1",
            "stem.norm" => "bn1",
            _ => null,
        };
    }

    static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:stage|encoder)([1-5])\.([0-2])\.(conv|norm)$")]
    private static partial Regex Vgg();

    [GeneratedRegex(@"^features\.(\d+)\.running_mean$")]
    private static partial Regex VggMean();

    [GeneratedRegex(@"^(layer[1-4]\.[01])\.(conv|norm)([12])$")]
    private static partial Regex Block();

    [GeneratedRegex(@"^(layer[2-4]\.0)\.shortcut\.(conv|norm)$")]
    private static partial Regex Shortcut();
}
