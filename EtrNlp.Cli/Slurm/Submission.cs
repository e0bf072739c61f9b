using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Slurm;

/// <summary>A run as it was handed to Slurm; with another experiment, or more epochs, it is another.</summary>
/// <param name="Name">Its path from the sweep's folder, with / between the parts.</param>
/// <param name="Identity">The identity of its experiment.</param>
sealed record SubmittedRun(string Name, string Identity);

/// <summary>
/// One call of <c>sbatch</c>: an array of runs, or the job that goes on after them. It is written down before Slurm is
/// asked, so that its jobs are found by their name if this process dies before it hears their number.
/// </summary>
/// <param name="Folder">The folder with its script, its log and what is written here.</param>
/// <param name="Number">From 1, in the order of the sweep's submissions.</param>
/// <param name="Name">The name of its jobs, which no other has.</param>
/// <param name="Round">The first submission of the command that a user typed.</param>
/// <param name="Runs">Element k is run k; none of the job that goes on.</param>
/// <param name="Job">The number of its job or array; null if Slurm's answer was not heard.</param>
sealed record Submission(
    string Folder,
    int Number,
    string Name,
    int Round,
    ImmutableArray<SubmittedRun> Runs,
    string? Job
)
{
    /// <summary>File name of what is written here.</summary>
    const string FileName = "submission.json";

    /// <summary>The job that goes on after runs.</summary>
    public bool GoesOn => Runs.IsEmpty;

    /// <summary>The script of its jobs.</summary>
    public string ScriptPath => Path.Combine(Folder, "job.sh");

    /// <summary>A line for each element of the array: what it runs.</summary>
    public string CommandsPath => Path.Combine(Folder, "commands");

    /// <summary>The folder of logs.</summary>
    public string LogFolder => Path.Combine(Folder, "log");

    /// <summary>The log of one of its jobs.</summary>
    public string LogOf(string id) => Path.Combine(LogFolder, $"{id}.log");

    /// <summary>Writes it down.</summary>
    public void Write() =>
        AtomicFile.WriteText(
            Path.Combine(Folder, FileName),
            new JsonObject
            {
                ["number"] = Number,
                ["name"] = Name,
                ["round"] = Round,
                ["job"] = Job,
                ["runs"] = JsonOutput.Array(
                    Runs.Select(run => new JsonObject { ["name"] = run.Name, ["identity"] = run.Identity })
                ),
            }.ToJsonString()
        );

    /// <summary>What a folder says; null where a process died before it had written that down.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static Submission? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject json
                ? new Submission(
                    folder,
                    (int)json["number"]!,
                    (string)json["name"]!,
                    (int)json["round"]!,
                    [
                        .. json["runs"]!
                            .AsArray()
                            .Select(run => new SubmittedRun((string)run!["name"]!, (string)run["identity"]!)),
                    ],
                    (string?)json["job"]
                )
                : null;
        }
        catch (Exception e)
            when (e
                    is System.Text.Json.JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
            )
        {
            throw new DataException(
                $"{path} is damaged and cannot be read; if none of its jobs is queued, remove its folder"
            );
        }
    }
}
