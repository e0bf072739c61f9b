using System.Globalization;
using System.Text.RegularExpressions;

namespace EtrNlp.Core.Checkpoints;

/// <summary>What torchvision calls a tensor.</summary>
/// <param name="Layer">Its layer.</param>
/// <param name="Kind">weight, bias, running_mean or running_var.</param>
/// <param name="Convolution">The layer of the convolution that a norm follows; null of a convolution itself.</param>
readonly record struct TorchvisionName(string Layer, string Kind, string? Convolution)
{
    /// <summary>As it stands in a file.</summary>
    public override string ToString() => $"{Layer}.{Kind}";
}

/// <summary>
/// What torchvision calls the tensors of <c>resnet18</c> and <c>vgg16_bn</c>. The encoder of SegNet has the layers of
/// VGG-16, and so its names.
/// </summary>
static partial class TorchvisionNames
{
    const string Norm = "norm";
    const string Shared = "shared";

    static readonly int[] VggConvolutions = [2, 2, 3, 3, 3]; // by stage

    /// <summary>Whether a file has such names.</summary>
    internal static bool AreIn(SafeTensors file) =>
        file.Tensors.ContainsKey("conv1.weight") || file.Tensors.ContainsKey("features.0.weight");

    /// <summary>
    /// The name of a parameter or buffer. A tower's, a task's statistics, and what tasks share of a layer have that of
    /// the whole layer. Null where torchvision has no such layer.
    /// </summary>
    internal static TorchvisionName? Of(string name)
    {
        var (parts, kind) = (name.Split('.')[..^1], name[(name.LastIndexOf('.') + 1)..]);
        var isStatistic = kind is "running_mean" or "running_var";
        if (!isStatistic && kind is not ("weight" or "bias"))
        {
            return null;
        }

        var layer = OfLayer(parts) ?? OfLayer(parts[1..]);
        if (layer is null && (isStatistic || parts[^1] == Shared))
        {
            layer = OfLayer(parts[..^1]);
        }

        return layer is { } found ? new TorchvisionName(found.Layer, kind, found.Convolution) : null;
    }

    /// <summary>The name of a parameter or buffer that a checkpoint calls so.</summary>
    internal static string WithoutPrefix(string path) => path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether a parameter is of what tasks share of a layer.</summary>
    internal static bool IsPartOfLayer(string name) => name.Split('.') is [.., Shared, _];

    static (string Layer, string? Convolution)? OfLayer(string[] parts)
    {
        var layer = string.Join('.', parts);
        if (Vgg().Match(layer) is { Success: true } vgg)
        {
            // a convolution, a norm and a ReLU each, and a pooling after every stage
            var first = VggConvolutions[..(Number(vgg, 1) - 1)].Sum(convolutions => (3 * convolutions) + 1);
            var convolution = first + (3 * Number(vgg, 2));
            return Pair(vgg.Groups[3].Value, $"features.{convolution}", $"features.{convolution + 1}");
        }

        if (Block().Match(layer) is { Success: true } block)
        {
            var (name, number) = (block.Groups[1].Value, block.Groups[3].Value);
            return Pair(block.Groups[2].Value, $"{name}.conv{number}", $"{name}.bn{number}");
        }

        if (Shortcut().Match(layer) is { Success: true } shortcut)
        {
            var name = $"{shortcut.Groups[1].Value}.downsample";
            return Pair(shortcut.Groups[2].Value, $"{name}.0", $"{name}.1");
        }

        return Stem().Match(layer) is { Success: true } stem ? Pair(stem.Groups[1].Value, "conv1", "bn1") : null;
    }

    static (string, string?) Pair(string kind, string convolution, string norm) =>
        kind == Norm ? (norm, convolution) : (convolution, null);

    static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:stage|encoder)([1-5])\.([0-2])\.(conv|norm)$")]
    private static partial Regex Vgg();

    [GeneratedRegex(@"^(layer[1-4]\.[01])\.(conv|norm)([12])$")]
    private static partial Regex Block();

    [GeneratedRegex(@"^(layer[2-4]\.0)\.shortcut\.(conv|norm)$")]
    private static partial Regex Shortcut();

    [GeneratedRegex(@"^stem\.(conv|norm)$")]
    private static partial Regex Stem();
}
