using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// The weights of another run, or of torchvision, that a run starts from (<c>init_from</c>): parameters and buffers are
/// taken by name, and what has no namesake starts as its seed says. The hash of the numbers is part of the identity,
/// their path is not.
/// </summary>
public sealed class InitialWeights
{
    const int Shown = 5;

    readonly SafeTensors _file;
    readonly Experiment _experiment;

    InitialWeights(SafeTensors file, string hash, Experiment experiment) =>
        (_file, Hash, _experiment) = (file, hash, experiment);

    /// <summary>What the user should know before it is used; null: nothing.</summary>
    public string? Notice =>
        TorchvisionNames.AreIn(_file)
        && TorchvisionBackbone.PixelNotice(_experiment.Dataset.Normalization) is { } notice
            ? $"{Experiment.InitFromName}: {notice}"
            : null;

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
                ? new InitialWeights(file, hash, experiment)
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

    /// <summary>Checks that the file is whole and has something for a network.</summary>
    /// <exception cref="InvalidSettingException">
    /// The file is damaged, is of another network, a namesake has another shape, or nothing fits.
    /// </exception>
    public void Check(NetworkPlan plan) => Taken(plan);

    /// <summary>Puts the weights into a network; says how many were taken, and which were not.</summary>
    /// <exception cref="InvalidSettingException">
    /// The file is damaged, or no longer the one that was checked.
    /// </exception>
    public string Load(Network network)
    {
        using var noGrad = no_grad();
        var taken = Taken(network.Plan);
        foreach (var tensor in taken)
        {
            var name = tensor.Name;
            var isParameter = name.StartsWith(Checkpoint.ParameterPrefix, StringComparison.Ordinal);
            tensor.Load(
                _file,
                isParameter
                    ? network.Tensors.Parameters[name[Checkpoint.ParameterPrefix.Length..]]
                    : network.Tensors.Buffers[name[Checkpoint.BufferPrefix.Length..]]
            );
        }

        return Said(network.Plan, taken);
    }

    string Said(NetworkPlan plan, IReadOnlyList<TakenTensor> taken)
    {
        var names = taken.Select(tensor => tensor.Name).ToHashSet();
        var all = Checkpoint.ShapesOf(plan).Select(tensor => tensor.Name).ToArray();
        var left = all.Where(name => !names.Contains(name)).ToArray();
        var by = TorchvisionNames.AreIn(_file) ? " by the names of torchvision" : "";
        var more = left.Length > Shown ? $" and {left.Length - Shown} more" : "";
        var others = $", the others start from the seed: {string.Join(", ", left.Take(Shown))}{more}";
        return FormattableString.Invariant($"{Experiment.InitFromName}: {names.Count} of {all.Length} tensors are ")
            + $"taken from {_file.Path}{by}{(left.Length > 0 ? others : "")}";
    }

    IReadOnlyList<TakenTensor> Taken(NetworkPlan plan)
    {
        try
        {
            _file.RequireData(Hash, Checkpoint.IsVariance);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(_file.Path, e);
        }

        var taken = TorchvisionNames.AreIn(_file) ? OfTorchvision(plan) : Namesakes(plan);
        return taken.Count > 0
            ? taken
            : throw new InvalidSettingException(
                Experiment.InitFromName,
                $"{_file.Path} has no tensor of this network; "
                    + "start from a run of the same backbone, operation and routing"
            );
    }

    IReadOnlyList<TakenTensor> OfTorchvision(NetworkPlan plan)
    {
        TorchvisionBackbone.Require(_file, _experiment);
        return TakenTensor.FromTorchvision(_file, plan);
    }

    TakenTensor[] Namesakes(NetworkPlan plan)
    {
        var found = Checkpoint.ShapesOf(plan).Where(tensor => _file.Tensors.ContainsKey(tensor.Name)).ToArray();
        foreach (var (name, shape) in found)
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

        return [.. found.Select(tensor => new TakenTensor(tensor.Name, tensor.Name))];
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
