using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// The weights of another run that a run starts from (<c>init_from</c>): parameters and buffers are taken by name, and
/// what has no namesake starts as its seed says. The hash of the other run's numbers is part of the identity, its path
/// is not.
/// </summary>
public sealed class InitialWeights
{
    readonly SafeTensors _file;

    InitialWeights(SafeTensors file, string hash) => (_file, Hash) = (file, hash);

    /// <summary>SHA-256 of the other run's numbers.</summary>
    public string Hash { get; }

    /// <summary>What an experiment asks for, or null where it starts from its seed alone.</summary>
    /// <exception cref="InvalidSettingException">
    /// There is no such run or checkpoint, or it is not the one that was asked for.
    /// </exception>
    public static InitialWeights? Of(Experiment experiment)
    {
        if (experiment.InitFrom is not { } path)
        {
            return null;
        }

        var found = CheckpointIn(path);
        try
        {
            var file = SafeTensors.Open(found);
            var hash = CheckpointHeader.IsIn(file) ? CheckpointHeader.Of(file).DataHash : file.DataHash();
            return experiment.InitFromHash is not { } expected || hash == expected
                ? new InitialWeights(file, hash)
                : throw new InvalidSettingException(
                    Experiment.InitFromHashName,
                    $"{found} has other weights, of hash {hash}; name the run that was meant, or take the key out"
                );
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or System.Text.Json.JsonException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw Unusable(found, e);
        }
    }

    /// <summary>The tensors of a network that have a namesake, as they are named in checkpoints.</summary>
    /// <exception cref="InvalidSettingException">
    /// The file is damaged, a namesake has another shape, or nothing has one.
    /// </exception>
    public IReadOnlyList<string> Check(NetworkPlan plan)
    {
        try
        {
            _file.RequireData(Hash, Checkpoint.IsVariance);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(_file.Path, e);
        }

        var taken = Checkpoint.ShapesOf(plan).Where(tensor => _file.Tensors.ContainsKey(tensor.Name)).ToArray();
        foreach (var (name, shape) in taken)
        {
            var there = _file.Tensors[name].Shape;
            if (!there.SequenceEqual(shape))
            {
                throw new InvalidSettingException(
                    Experiment.InitFromName,
                    $"{name} is [{string.Join(", ", shape)}] here and [{string.Join(", ", there)}] in {_file.Path}; "
                        + "start from a run of the same backbone, operation and routing"
                );
            }
        }

        return taken.Length > 0
            ? [.. taken.Select(tensor => tensor.Name)]
            : throw new InvalidSettingException(
                Experiment.InitFromName,
                $"{_file.Path} has no tensor of this network; "
                    + "start from a run of the same backbone, operation and routing"
            );
    }

    /// <summary>Puts the weights into a network; says how many were taken.</summary>
    /// <exception cref="InvalidSettingException">
    /// The file is damaged, or no longer the one that was checked.
    /// </exception>
    public string Load(Network network)
    {
        using var noGrad = no_grad();
        var names = Check(network.Plan);
        foreach (var name in names)
        {
            var isParameter = name.StartsWith(Checkpoint.ParameterPrefix, StringComparison.Ordinal);
            Checkpoint.Fill(
                _file,
                name,
                isParameter
                    ? network.Tensors.Parameters[name[Checkpoint.ParameterPrefix.Length..]]
                    : network.Tensors.Buffers[name[Checkpoint.BufferPrefix.Length..]]
            );
        }

        var all = network.Plan.Parameters.Length + network.Plan.Buffers.Length;
        var taken = FormattableString.Invariant($"{names.Count} of {all} tensors are taken from {_file.Path}");
        var others = names.Count < all ? ", the others start from the seed" : "";
        return $"{Experiment.InitFromName}: {taken}{others}";
    }

    static InvalidSettingException Unusable(string path, Exception e) =>
        new(Experiment.InitFromName, $"the checkpoint {path} cannot be used: {e.Message}");

    static string CheckpointIn(string path)
    {
        var folder = new RunFolder(path);
        var isRun = Directory.Exists(path);
        var candidates = isRun ? new[] { folder.BestCheckpoint, folder.LastCheckpoint } : [path];
        var found =
            candidates.FirstOrDefault(File.Exists)
            ?? throw new InvalidSettingException(
                Experiment.InitFromName,
                $"there is no checkpoint in {path}; expected a run folder such as runs/smoke/seed-0, "
                    + "or a checkpoint file"
            );
        if (isRun)
        {
            RunEntries.Check(folder);
        }

        return found;
    }
}
