using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// One file with everything a run continues from: parameters, buffers, the optimiser's moments and steps, and how far
/// the run is.
/// </summary>
public static class Checkpoint
{
    internal const string ParameterPrefix = "parameter/";
    internal const string BufferPrefix = "buffer/";
    const string MomentPrefix = "moment/";

    /// <summary>
    /// Writes a checkpoint whole or not at all; the one that was there takes the name <paramref name="keepOldAs"/>,
    /// where given. <paramref name="guard"/> is that of <see cref="AtomicFile"/>.
    /// </summary>
    /// <exception cref="RunException">A number is not finite: what is on the disk stays as it is.</exception>
    public static void Save(
        string path,
        Network network,
        IOptimizerState optimizer,
        RunProgress progress,
        string identity,
        int seed,
        string? keepOldAs = null,
        Action? guard = null
    )
    {
        var tensors = Named(network, optimizer).ToArray();
        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var steps = network
            .Tensors.Storages.SelectMany(storage => storage.Parameters)
            .ToDictionary(parameter => parameter.Plan.Name, parameter => optimizer.Steps[parameter.Plan.Name]);
        var header = new CheckpointHeader(identity, seed, progress, steps, HashOfFinite(tensors, progress));
        (string, ImmutableArray<long>)[] table =
        [
            .. tensors.Select(pair => (pair.Name, pair.Tensor.shape.ToImmutableArray())),
        ];
        AtomicFile.Write(
            path,
            stream =>
                SafeTensors.Write(
                    stream,
                    header.ToMetadata(table),
                    table,
                    (name, target) => target.Write(Bytes(byName[name]))
                ),
            keepOldAs,
            guard
        );
    }

    /// <summary>
    /// Puts a checkpoint's numbers into a network and, where given, its optimiser; says how far the run was.
    /// <paramref name="earlier"/> are identities the run had before it was given more epochs.
    /// </summary>
    /// <exception cref="DataException">
    /// The file is damaged, newer than this program, or of another experiment or, where one is given, seed.
    /// </exception>
    public static RunProgress Load(
        string path,
        Network network,
        IOptimizerState? optimizer,
        string identity,
        int? seed = null,
        IReadOnlyList<string>? earlier = null
    )
    {
        try
        {
            var file = SafeTensors.Open(path);
            var header = Checked(file, [identity, .. earlier ?? []], seed);
            using var noGrad = no_grad();
            foreach (var (name, tensor) in Named(network, optimizer))
            {
                Fill(file, name, tensor);
            }

            if (optimizer is not null)
            {
                TakeSteps(optimizer, header);
            }

            return header.Progress;
        }
        catch (Exception e)
            when (e is InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"the checkpoint {path} cannot be used: {e.Message}");
        }
    }

    /// <summary>Names, as checkpoints have them, and shapes of all that a network is saved as.</summary>
    internal static IEnumerable<(string Name, ImmutableArray<long> Shape)> ShapesOf(NetworkPlan plan) =>
        plan.Parameters.Select(parameter => ($"{ParameterPrefix}{parameter.Name}", parameter.Shape))
            .Concat(plan.Buffers.Select(buffer => ($"{BufferPrefix}{buffer.Name}", buffer.Shape)));

    static CheckpointHeader Checked(SafeTensors file, string[] identities, int? seed)
    {
        var header = CheckpointHeader.Of(file);
        if (!identities.Contains(header.Identity))
        {
            throw new InvalidDataException("it belongs to another experiment");
        }

        if (seed is { } expected && header.Seed != expected)
        {
            throw new InvalidDataException($"it belongs to seed {header.Seed}, expected seed {expected}");
        }

        file.RequireData(header.DataHash, IsVariance);
        return header;
    }

    static void TakeSteps(IOptimizerState optimizer, CheckpointHeader header)
    {
        if (!header.Steps.Keys.ToHashSet().SetEquals(optimizer.Steps.Keys))
        {
            throw new InvalidDataException("its header counts the steps of other parameters; the file is damaged");
        }

        foreach (var (name, steps) in header.Steps)
        {
            optimizer.Steps[name] = steps;
        }
    }

    static IEnumerable<(string Name, Tensor Tensor)> Named(Network network, IOptimizerState? optimizer) =>
        network
            .Tensors.Parameters.Select(pair => ($"{ParameterPrefix}{pair.Key}", pair.Value))
            .Concat(network.Tensors.Buffers.Select(pair => ($"{BufferPrefix}{pair.Key}", pair.Value)))
            .Concat(
                optimizer is null ? [] : optimizer.Moments.Select(pair => ($"{MomentPrefix}{pair.Key}", pair.Value))
            );

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
                    throw new RunException(
                        $"{name} holds {Shown(value)} after {progress.Where}; {RunException.NotFiniteRemedy}"
                    );
                }
            }

            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether a tensor holds what roots are taken of: Adam's second moments, running variances.</summary>
    internal static bool IsVariance(string name) =>
        (name.StartsWith(MomentPrefix, StringComparison.Ordinal) && name.EndsWith(".second", StringComparison.Ordinal))
        || name.EndsWith(".running_var", StringComparison.Ordinal);

    static string Shown(float value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The row-major bytes of a tensor of float32.</summary>
    internal static byte[] Bytes(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    /// <summary>Copies a stored tensor over one of its shape.</summary>
    /// <exception cref="InvalidDataException">There is none of that name and shape.</exception>
    internal static void Fill(SafeTensors file, string name, Tensor tensor)
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
