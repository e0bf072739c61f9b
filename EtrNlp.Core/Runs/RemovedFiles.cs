using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>Files of a run folder that somebody removes during the run.</summary>
static class RemovedFiles
{
    /// <summary>
    /// Writes again what is known of them, and says so; <paramref name="guard"/> is that of <see cref="AtomicFile"/>.
    /// </summary>
    public static void Restore(
        RunFolder folder,
        MapNode resolved,
        RunOptions options,
        torch.Device device,
        Action<string> say,
        Action guard
    )
    {
        if (folder.IsClaimed && File.Exists(folder.EnvironmentPath))
        {
            return;
        }

        say(
            $"files of {folder.Path} were removed during the run; "
                + "what is known of them is written again, and the rest is lost"
        );
        AtomicFile.WriteText(folder.ExperimentPath, YamlWriter.Write(resolved), guard);
        EnvironmentFile.Write(folder.EnvironmentPath, options, device, guard);
    }
}
