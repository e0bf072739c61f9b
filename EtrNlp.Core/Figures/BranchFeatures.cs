using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>A channel of a layer of ETR for one image, as one task sees it.</summary>
/// <param name="Task">The task.</param>
/// <param name="IsShared">Whether it is of the shared branch, or of the task's own.</param>
/// <param name="Channel">Its number among the task's channels of the layer.</param>
/// <param name="Values">Its map, row by row.</param>
public sealed record BranchFeature(string Task, bool IsShared, int Channel, double[] Values);

/// <summary>What the branches of a layer of ETR give for one image, before the layer's norm (Figure 7).</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channels">Task by task, the shared branch first.</param>
public sealed record BranchFeatures(string Layer, IReadOnlyList<BranchFeature> Channels)
{
    const int EnoughPixels = 16;

    /// <summary>
    /// The features of a layer; null is the last one whose maps have 16 pixels or more, or the first where none has.
    /// </summary>
    /// <exception cref="DataException">The run has no such layer, or something of it cannot be used.</exception>
    public static BranchFeatures Of(SavedRun run, ChosenImage image, string? layer, string device, Action<string> say)
    {
        using var bench = run.OpenData(run.Prepare(device, null, say), say);
        var (name, channels) = (Chosen(run, bench.Plan, layer), new List<BranchFeature>());
        var watched = WatchedLayers.Of(
            bench.Plan,
            one => one.Name == name && IsOfBranches(one),
            (one, output, pass) =>
            {
                channels.AddRange(Split(bench.Plan.TaskNames[pass.Route], SharedOf(one, pass.Route), output));
                return output;
            }
        );
        using var network = run.Load(watched, bench.Device).Network;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var experiment = bench.File.Experiment;
        var pixels = image.Read(experiment, bench.Dataset);
        var input = ChosenImage.Input(pixels, experiment.Dataset.Normalization, bench.Device);
        for (var route = 0; route < network.Plan.Routes; route++)
        {
            using var routeScope = NewDisposeScope();
            network.Representation(input, new Pass(route, Training: false));
        }

        return new BranchFeatures(name, channels);
    }

    static IEnumerable<BranchFeature> Split(string task, int shared, Tensor output)
    {
        using var scope = NewDisposeScope();
        var maps = output[0].to(ScalarType.Float64).cpu().flatten(1).contiguous();
        var pixels = (int)maps.shape[1];
        return
        [
            .. maps.data<double>()
                .ToArray()
                .Chunk(pixels)
                .Select((map, channel) => new BranchFeature(task, channel < shared, channel, map)),
        ];
    }

    static string Chosen(SavedRun run, NetworkPlan plan, string? layer)
    {
        var layers = Layers(plan.Trunk).ToArray();
        if (layers.Length == 0)
        {
            throw new DataException(
                $"{run.Folder.Path} has no layer with a shared branch and task branches; choose a run of routing etr "
                    + "with a gamma below 1"
            );
        }

        var names = layers.Select(one => one.Name).ToArray();
        return layer is null
                ? (layers.LastOrDefault(one => one.Output.Pixels >= EnoughPixels) ?? layers[0]).Name
            : names.Contains(layer) ? layer
            : throw new DataException(
                $"--layer {layer}: expected one of {string.Join(", ", names)}{NearestName.NearHint(layer, names)}"
            );
    }

    static IEnumerable<LayerPlan> Layers(LayerPlan layer) =>
        IsOfBranches(layer) ? [layer] : layer.Children.SelectMany(Layers);

    static bool IsOfBranches(LayerPlan layer) =>
        layer switch
        {
            ParallelBranchesPlan beside => beside.Own.Any(own => own is not null),
            NlpPlan mixed => mixed.Mixings.Any(mixing => mixing.Owner != Owner.Shared),
            _ => false,
        };

    static int SharedOf(LayerPlan layer, int task) =>
        layer switch
        {
            ParallelBranchesPlan beside => beside.Reads[task]?.Length ?? beside.Shared?.Output.Channels ?? 0,
            NlpPlan mixed => mixed
                .Mixings.Where(mixing => mixing.Owner == Owner.Shared)
                .Sum(mixing => mixing.Reads is { } reads && reads[task] is { } some ? some.Length : mixing.Channels),
            _ => 0,
        };
}
