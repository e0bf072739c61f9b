using System.Collections.Immutable;
using System.Text.Json;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Runs;

/// <summary>
/// One file with everything a run continues from: parameters, buffers, the optimiser's moments and steps, and how far the run is.
/// </summary>
public static class Checkpoint
{
    /// <summary>The format this program writes, and the newest it reads.</summary>
    public const int Format = 1;

    const string FormatKey = "format";
    const string IdentityKey = "identity";
    const string SeedKey = "seed";
    const string ProgressKey = "progress";
    const string StepsKey = "optimizer_steps";

    /// <summary>Writes a checkpoint whole or not at all.</summary>
    public static void Save(string path, Network network, IOptimizerState optimizer, RunProgress progress, string identity, int seed)
    {
        var tensors = Named(network, optimizer).ToArray();
        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = $"{Format}",
            [IdentityKey] = identity,
            [SeedKey] = $"{seed}",
            [ProgressKey] = JsonSerializer.Serialize(progress),
            [StepsKey] = JsonSerializer.Serialize(optimizer.Steps),
        };
        AtomicFile.Write(path, stream => SafeTensors.Write(
            stream, metadata, [.. tensors.Select(pair => (pair.Name, pair.Tensor.shape.ToImmutableArray()))], (name, target) => target.Write(Bytes(byName[name]))));
    }

    /// <summary>Puts a checkpoint's numbers into a network and, where given, its optimiser; says how far the run was.</summary>
    /// <exception cref="DataException">The file is damaged, newer than this program, or of another experiment.</exception>
    public static RunProgress Load(string path, Network network, IOptimizerState? optimizer, string identity)
    {
        try
        {
            var file = SafeTensors.Open(path);
            Check(file, identity);
            using var noGrad = no_grad();
            foreach (var (name, tensor) in Named(network, optimizer))
            {
                Fill(file, name, tensor);
            }

            foreach (var (name, steps) in JsonSerializer.Deserialize<Dictionary<string, long>>(file.Metadata[StepsKey])!)
            {
                optimizer?.Steps[name] = steps;
            }

            return JsonSerializer.Deserialize<RunProgress>(file.Metadata[ProgressKey])!;
        }
        catch (Exception e) when (e is InvalidDataException or KeyNotFoundException or JsonException)
        {
            throw new DataException($"the checkpoint {path} cannot be used: {e.Message}");
        }
    }

    static void Check(SafeTensors file, string identity)
    {
        if (!int.TryParse(file.Metadata.GetValueOrDefault(FormatKey), out var format))
        {
            throw new InvalidDataException("it was not written by etrnlp");
        }

        if (format > Format)
        {
            throw new InvalidDataException($"it has format {format} and this etrnlp reads up to {Format}; use a newer etrnlp");
        }

        if (file.Metadata[IdentityKey] != identity)
        {
            throw new InvalidDataException("it belongs to another experiment");
        }
    }

    static IEnumerable<(string Name, Tensor Tensor)> Named(Network network, IOptimizerState? optimizer) =>
        network.Tensors.Parameters.Select(pair => ($"parameter/{pair.Key}", pair.Value))
            .Concat(network.Tensors.Buffers.Select(pair => ($"buffer/{pair.Key}", pair.Value)))
            .Concat(optimizer is null ? [] : optimizer.Moments.Select(pair => ($"moment/{pair.Key}", pair.Value)));

    static byte[] Bytes(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    static void Fill(SafeTensors file, string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (!file.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException($"it has no {name} of shape [{string.Join(", ", tensor.shape)}]");
        }

        var host = empty(tensor.shape, ScalarType.Float32);
        file.Read(name, host.bytes);
        tensor.copy_(host);
    }
}
