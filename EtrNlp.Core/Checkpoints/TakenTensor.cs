using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Checkpoints;

/// <summary>A tensor of a network that starts as one of a file.</summary>
/// <param name="Name">As checkpoints name it.</param>
/// <param name="From">The tensor of the file.</param>
/// <param name="Rows">How many first rows are taken; null: all. The network's others start from the seed.</param>
/// <param name="Less">A tensor of the file that is subtracted; null where none is.</param>
sealed record TakenTensor(string Name, string From, long? Rows = null, string? Less = null)
{
    /// <summary>All that a network takes from a file with torchvision's names; what does not fit is left.</summary>
    internal static IReadOnlyList<TakenTensor> FromTorchvision(SafeTensors file, NetworkPlan plan)
    {
        var statistics = SharedRows(plan);
        var found = (
            from tensor in Checkpoint.ShapesOf(plan)
            let name = TorchvisionNames.WithoutPrefix(tensor.Name)
            let source = TorchvisionNames.Of(name)
            where
                source is not null
                && file.Tensors.TryGetValue($"{source}", out var there)
                && Fits(tensor.Shape, there.Shape, TorchvisionNames.IsPartOfLayer(name))
            let rows = statistics.GetValueOrDefault(name, tensor.Shape[0])
            where rows > 0
            select (tensor.Name, Source: source.Value, Rows: rows)
        ).ToArray();
        var sources = found.Select(one => $"{one.Source}").ToHashSet();
        return
        [
            .. found
                .Where(one => one.Source.Convolution is not { } before || sources.Contains($"{before}.weight"))
                .Select(one => new TakenTensor(
                    one.Name,
                    $"{one.Source}",
                    one.Rows,
                    BiasOf(one.Source, sources, file)
                )),
        ];
    }

    /// <summary>Writes it over the network's.</summary>
    internal void Load(SafeTensors file, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = Less is null ? Read(file, From) : Read(file, From) - Read(file, Less);
        if (Rows is { } rows)
        {
            (tensor, values) = (tensor.narrow(0, 0, rows), values.narrow(0, 0, rows));
        }

        tensor.copy_(values);
    }

    // Of running statistics: how many channels are those that a route reads of what tasks share, which come first.
    static Dictionary<string, long> SharedRows(NetworkPlan plan) =>
        (
            from norm in plan.Trunk.All.OfType<NormPlan>()
            where norm.KeepsStatistics
            from route in Enumerable.Range(0, norm.Routes.Length)
            let rows = norm.Routes[route].Where(IsOfTorchvision).Sum(part => part.Channels)
            from buffer in (BufferPlan[])[norm.Mean(route), norm.Variance(route)]
            select (buffer.Name, Rows: (long)rows)
        ).ToDictionary(one => one.Name, one => one.Rows);

    static bool IsOfTorchvision(NormPart part) => TorchvisionNames.Of(part.Affine.Weight.Name) is not null;

    // A norm takes away what a bias before it adds: where this network has no such bias, its running mean is less.
    static string? BiasOf(TorchvisionName name, HashSet<string> sources, SafeTensors file) =>
        name is { Kind: "running_mean", Convolution: { } before }
        && !sources.Contains($"{before}.bias")
        && file.Tensors.ContainsKey($"{before}.bias")
            ? $"{before}.bias"
            : null;

    static bool Fits(ImmutableArray<long> shape, ImmutableArray<long> there, bool isPart) =>
        shape.Length == there.Length
        && shape[1..].SequenceEqual(there[1..])
        && (isPart ? shape[0] <= there[0] : shape[0] == there[0]);

    static Tensor Read(SafeTensors file, string name)
    {
        var host = empty([.. file.Tensors[name].Shape], ScalarType.Float32);
        file.Read(name, host.bytes);
        return host;
    }
}
