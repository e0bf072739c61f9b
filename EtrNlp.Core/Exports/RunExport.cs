using System.Text.Json;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;
using static TorchSharp.torch;

namespace EtrNlp.Core.Exports;

/// <summary>The network of a saved run, written for other programs.</summary>
/// <param name="run">The run and its checkpoint.</param>
/// <param name="say">Hears what there is to say.</param>
public sealed class RunExport(SavedRun run, Action<string> say)
{
    /// <summary>The Python file that is written beside a network.</summary>
    public const string ModelName = "etrnlp_model.py";

    /// <summary>
    /// Writes a network, named as in checkpoints, and beside it the Python file that loads it into PyTorch.
    /// </summary>
    /// <exception cref="DataException">
    /// The checkpoint cannot be used, a layer has no description, or a file is in the way.
    /// </exception>
    public void Write(string path)
    {
        var (model, experiment) = (ModelBeside(path), run.File.Experiment);
        Save(
            path,
            network =>
            {
                AtomicFile.Write(
                    path,
                    to => NetworkFile.Write(to, network, experiment, experiment.Dataset.Size, About)
                );
                AtomicFile.WriteText(model, Model);
            }
        );
    }

    /// <summary>Writes a network's tensors under the names that torchvision has for them.</summary>
    /// <exception cref="DataException">
    /// The checkpoint cannot be used, torchvision has no such network, or a file is in the way.
    /// </exception>
    public void WriteForTorchvision(string path)
    {
        var (experiment, about) = (run.File.Experiment, About);
        about["images"] = JsonSerializer.Serialize(NetworkFile.Images(experiment, experiment.Dataset.Size));
        Save(
            path,
            network =>
            {
                var tensors = TorchvisionTensors.Of(network, experiment);
                AtomicFile.Write(path, to => NetworkFile.Write(to, about, tensors));
            }
        );
    }

    // What the network is: other programs show it, and nothing is read from it.
    Dictionary<string, string> About =>
        new()
        {
            ["experiment"] = YamlWriter.Write(run.Folder.Resolve(run.File)),
            ["run"] = JsonSerializer.Serialize(
                new
                {
                    identity = run.Header.Identity,
                    seed = run.Header.Seed,
                    epoch = run.Header.Progress.Epoch,
                    checkpoint = run.CheckpointKind,
                    tasks = NetworkFile.Outputs(run.File.Experiment),
                }
            ),
        };

    void Save(string path, Action<Network> write)
    {
        if (Path.Exists(path))
        {
            throw new DataException($"{path} exists; choose another file with -o, or remove it");
        }

        using var scope = NewDisposeScope();
        using var network = Network();
        SayPrecision(network.Plan.Precision);
        try
        {
            write(network);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot write {path}: {e.Message.TrimEnd('.')}; choose another file with -o");
        }
    }

    Network Network()
    {
        var experiment = run.File.Experiment;
        try
        {
            return run.Load(NetworkPlanner.Plan(experiment, experiment.Dataset.Size), CPU).Network;
        }
        catch (InvalidSettingException e)
        {
            throw run.File.At(e);
        }
    }

    void SayPrecision(Precision precision)
    {
        if (precision == Precision.Bfloat16)
        {
            say("the run computed its trunk in bfloat16 and PyTorch will in float32: logits differ by rounding");
        }
    }

    static string ModelBeside(string path)
    {
        var model = Path.Combine(Path.GetDirectoryName(path)!, ModelName);
        if (string.Equals(path, model, StringComparison.OrdinalIgnoreCase))
        {
            throw new DataException($"{path} is the file that loads the network; choose another name with -o");
        }

        return !File.Exists(model) || RegularFile.ReadText(model) == Model
            ? model
            : throw new DataException(
                $"{model} is another file than would be written; remove it, or choose another folder"
            );
    }

    /// <summary>The text of that file.</summary>
    internal static string Model
    {
        get
        {
            using var text = new StreamReader(typeof(RunExport).Assembly.GetManifestResourceStream(ModelName)!);
            return text.ReadToEnd();
        }
    }
}
