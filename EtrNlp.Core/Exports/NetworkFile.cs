using System.Collections.Immutable;
using System.Text.Json;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Exports;

/// <summary>
/// A network as a file for other programs: its parameters and buffers in safetensors, named as in checkpoints, and what
/// it does with them as JSON in the metadata, which <c>etrnlp_model.py</c> follows.
/// </summary>
static class NetworkFile
{
    const string NetworkKey = "network";

    /// <summary>Writes it.</summary>
    /// <param name="to">Where it goes.</param>
    /// <param name="network">The network.</param>
    /// <param name="experiment">What it was made by.</param>
    /// <param name="size">The size of the images it learned from.</param>
    /// <param name="about">What else is said in the metadata.</param>
    /// <exception cref="DataException">A layer has no description.</exception>
    internal static void Write(
        Stream to,
        Network network,
        Experiment experiment,
        ImageSize size,
        IReadOnlyDictionary<string, string> about
    )
    {
        var metadata = about.ToDictionary(pair => pair.Key, pair => pair.Value);
        metadata["format"] = "pt"; // as other programs mark row-major tensors
        metadata[NetworkKey] = JsonSerializer.Serialize(Description(network.Plan, experiment, size));
        Write(to, metadata, Named(network));
    }

    /// <summary>Writes tensors of float32 in their order, row-major.</summary>
    internal static void Write(
        Stream to,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<(string Name, Tensor Tensor)> tensors
    )
    {
        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        SafeTensors.Write(
            to,
            metadata,
            [.. tensors.Select(pair => (pair.Name, pair.Tensor.shape.ToImmutableArray()))],
            (name, stream) => stream.Write(Checkpoint.Bytes(byName[name]))
        );
    }

    /// <summary>What images the network learned from, as JSON: their size, and how pixels were normalised.</summary>
    internal static object Images(Experiment experiment, ImageSize size) =>
        new
        {
            image_size = new[] { size.Height, size.Width },
            mean = experiment.Dataset.Normalization.Mean,
            std = experiment.Dataset.Normalization.Std,
        };

    /// <summary>What the outputs of each task are, as JSON.</summary>
    internal static object Outputs(Experiment experiment) =>
        experiment.Tasks.Select(task => new { name = task.Name, outputs = task.Kind.Parts });

    // Without what a weighting learns and keeps.
    static (string, Tensor)[] Named(Network network)
    {
        LayerPlan[] layers = [network.Plan.Trunk, .. network.Plan.Heads];
        return
        [
            .. layers
                .SelectMany(layer => layer.Parameters)
                .Select(plan => (Checkpoint.ParameterPrefix + plan.Name, network.Tensors[plan])),
            .. layers
                .SelectMany(layer => layer.Buffers)
                .Select(plan => (LayerDescription.Name(plan), network.Tensors[plan])),
        ];
    }

    static object Description(NetworkPlan plan, Experiment experiment, ImageSize size) =>
        new
        {
            images = Images(experiment, size),
            routes = plan.Routes,
            lanes = plan.Lanes,
            tasks = Outputs(experiment),
            trunk = LayerDescription.Of(plan.Trunk),
            heads = plan.Heads.Select(LayerDescription.Of),
        };
}
