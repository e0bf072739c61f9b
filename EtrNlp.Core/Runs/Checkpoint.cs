using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
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
    const string HashKey = "sha256";

    /// <summary>Writes a checkpoint whole or not at all; the one that was there takes the name <paramref name="keepOldAs"/>, where given.</summary>
    /// <exception cref="RunException">A number is not finite: what is on the disk stays as it is.</exception>
    public static void Save(
        string path, Network network, IOptimizerState optimizer, RunProgress progress, string identity, int seed, string? keepOldAs = null)
    {
        var tensors = Named(network, optimizer).ToArray();
        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Text(Format),
            [IdentityKey] = identity,
            [SeedKey] = Text(seed),
            [ProgressKey] = JsonSerializer.Serialize(progress),
            [StepsKey] = JsonSerializer.Serialize(optimizer.Steps),
            [HashKey] = HashOfFinite(tensors, progress),
        };
        AtomicFile.Write(
            path,
            stream => SafeTensors.Write(
                stream, metadata, [.. tensors.Select(pair => (pair.Name, pair.Tensor.shape.ToImmutableArray()))], (name, target) => target.Write(Bytes(byName[name]))),
            keepOldAs);
    }

    /// <summary>Puts a checkpoint's numbers into a network and, where given, its optimiser; says how far the run was.</summary>
    /// <exception cref="DataException">The file is damaged, newer than this program, or of another experiment or, where one is given, seed.</exception>
    public static RunProgress Load(string path, Network network, IOptimizerState? optimizer, string identity, int? seed = null)
    {
        try
        {
            var file = SafeTensors.Open(path);
            Check(file, identity, seed);
            using var noGrad = no_grad();
            foreach (var (name, tensor) in Named(network, optimizer))
            {
                Fill(file, name, tensor);
            }

            foreach (var (name, steps) in Read<Dictionary<string, long>>(file, StepsKey))
            {
                optimizer?.Steps[name] = steps;
            }

            return Read<RunProgress>(file, ProgressKey);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"the checkpoint {path} cannot be used: {e.Message}");
        }
    }

    static void Check(SafeTensors file, string identity, int? seed)
    {
        if (!int.TryParse(file.Metadata.GetValueOrDefault(FormatKey), CultureInfo.InvariantCulture, out var format))
        {
            throw new InvalidDataException("it was not written by etrnlp");
        }

        if (format > Format)
        {
            throw new InvalidDataException($"it has format {format} and this etrnlp reads up to {Format}; use a newer etrnlp");
        }

        if (Entry(file, IdentityKey) != identity)
        {
            throw new InvalidDataException("it belongs to another experiment");
        }

        if (seed is { } expected && Entry(file, SeedKey) != Text(expected))
        {
            throw new InvalidDataException($"it belongs to seed {Entry(file, SeedKey)}, expected seed {expected}");
        }

        if (Entry(file, HashKey) != file.DataHash())
        {
            throw new InvalidDataException("its numbers are not those that were written; the file is damaged");
        }
    }

    static string Entry(SafeTensors file, string key) =>
        file.Metadata.TryGetValue(key, out var value) ? value : throw new InvalidDataException($"its header has no '{key}'");

    static T Read<T>(SafeTensors file, string key) =>
        JsonSerializer.Deserialize<T>(Entry(file, key)) ?? throw new InvalidDataException($"its header's '{key}' is empty");

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static IEnumerable<(string Name, Tensor Tensor)> Named(Network network, IOptimizerState? optimizer) =>
        network.Tensors.Parameters.Select(pair => ($"parameter/{pair.Key}", pair.Value))
            .Concat(network.Tensors.Buffers.Select(pair => ($"buffer/{pair.Key}", pair.Value)))
            .Concat(optimizer is null ? [] : optimizer.Moments.Select(pair => ($"moment/{pair.Key}", pair.Value)));

    static string HashOfFinite(IEnumerable<(string Name, Tensor Tensor)> tensors, RunProgress progress)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors)
        {
            var bytes = Bytes(tensor);
            foreach (var value in MemoryMarshal.Cast<byte, float>(bytes))
            {
                if (!float.IsFinite(value))
                {
                    throw new RunException($"{name} holds {Shown(value)} after {progress.Where}; {RunException.NotFiniteRemedy}");
                }
            }

            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string Shown(float value) => value.ToString(CultureInfo.InvariantCulture);

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
