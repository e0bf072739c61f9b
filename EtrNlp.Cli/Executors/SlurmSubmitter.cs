using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>Hands to Slurm what is missing of a sweep, and the job that goes on after it.</summary>
/// <param name="request">What runs are started with.</param>
/// <param name="settings">What they ask of the cluster.</param>
/// <param name="submissions">What was handed over before.</param>
/// <param name="round">The first submission of the command that a user typed.</param>
sealed class SlurmSubmitter(
    ExecutorRequest request,
    SlurmSettings settings,
    Submissions submissions,
    int round
)
{
    // What is not said again by the command that goes on.
    static readonly string[] SaidOnce = [SlurmChoice.WaitName, "--restart"];
    static readonly string[] WithNumber = [SlurmChoice.RoundName, SlurmChoice.TurnName];

    readonly List<Submission> _made = [];
    readonly Lazy<int> _mostElements = new(SlurmClient.MostElements);
    string? _remark;

    // In the order of arrays.
    enum Place
    {
        First,
        Anywhere,
        AfterOthers,
    }

    /// <summary>
    /// Submits what is neither queued nor has failed: first what others need, then those, in arrays as large as Slurm
    /// takes them.
    /// </summary>
    /// <exception cref="RunException">Slurm refuses.</exception>
    public void Submit(IReadOnlyList<SlurmRun> missing)
    {
        var needed = new HashSet<SweepRun>(
            missing.Select(run => run.Run.Needs).OfType<SweepRun>(),
            ReferenceEqualityComparer.Instance
        );
        var left = missing.Where(run => !run.IsActive && !run.HasFailed).ToLookup(PlaceOf);
        SubmitArrays(left[Place.First], []);
        string[] awaited =
        [
            .. _made.Select(one => one.Job!),
            .. missing
                .Where(run => run.IsActive && needed.Contains(run.Run))
                .Select(run => run.Element!.Array.Job!)
                .Distinct(),
        ];
        SubmitArrays(left[Place.Anywhere], []);
        SubmitArrays(left[Place.AfterOthers], awaited);
        try
        {
            SubmitGoingOn();
        }
        catch (RunException e) when (_made.Count > 0)
        {
            _remark = $"{e.Message}; what is submitted goes on, type the command again when it has ended";
        }

        Place PlaceOf(SlurmRun run) =>
            needed.Contains(run.Run) ? Place.First
            : run.Run.Needs is { Folder.IsDone: false } ? Place.AfterOthers
            : Place.Anywhere;
    }

    /// <summary>Says what was submitted.</summary>
    /// <param name="active">Runs that were queued or running before.</param>
    public void Report(int active)
    {
        if (request.Json)
        {
            JsonOutput.Write(
                request.Output,
                new JsonObject
                {
                    ["submitted"] = JsonOutput.Array(
                        _made
                            .Where(one => !one.GoesOn)
                            .Select(one => new JsonObject { ["job"] = one.Job, ["runs"] = one.Runs.Length })
                    ),
                    ["goes_on"] = _made.Where(one => one.GoesOn).Select(one => one.Job).FirstOrDefault(),
                    ["active"] = active,
                    ["remark"] = _remark,
                }
            );
            return;
        }

        string[] lines =
        [
            .. _remark is null ? Array.Empty<string>() : [_remark],
            .. active > 0 ? [$"{RunsOf(active)} queued or running already"] : Array.Empty<string>(),
            .. _made.Select(one =>
                one.GoesOn
                    ? $"job {one.Job} goes on when they have ended, and says so in {one.LogOf(one.Job!)}"
                    : $"submitted {RunsOf(one.Runs.Length)} as job {one.Job}"
            ),
        ];
        Array.ForEach(lines, request.Output.WriteLine);
    }

    void SubmitArrays(IEnumerable<SlurmRun> runs, string[] after)
    {
        foreach (var part in runs.Chunk(_mostElements.Value))
        {
            SubmitArray(part, after);
        }
    }

    // Where Slurm takes no more jobs of a user, the job that goes on hands over what is left.
    void SubmitArray(SlurmRun[] part, string[] after)
    {
        try
        {
            if (_remark is null)
            {
                _made.Add(Submit(part, after));
            }
        }
        catch (RunException e) when (SlurmClient.IsOfLimit(e) && (part.Length > 1 || _made.Count > 0))
        {
            if (part.Length == 1)
            {
                _remark = $"{e.Message}; what is left is submitted later";
                return;
            }

            foreach (var half in part.Chunk((part.Length + 1) / 2))
            {
                SubmitArray(half, after);
            }
        }
    }

    Submission Submit(SlurmRun[] runs, string[] after) =>
        submissions.Submit(
            round,
            [.. runs.Select(run => run.Submitted)],
            one => JobScript.OfRun(one, settings),
            [.. runs.Select(run => Line(run.Run))],
            [
                .. Words(settings.Sbatch),
                .. Common(after),
                Text($"--array=0-{runs.Length - 1}{(settings.ArrayLimit is { } limit ? $"%{limit}" : "")}"),
                "--requeue",
                "--ntasks=1",
                Text($"--cpus-per-task={settings.Cpus}"),
                Text($"--signal=B:USR1@{settings.CheckpointAhead * 60}"),
                .. Option("--time", settings.Time),
                .. Option("--gres", settings.Gres),
                .. Option("--mem", settings.Mem),
            ]
        );

    // One that waits and was submitted after every array that is left sees all of them end; older ones need not.
    void SubmitGoingOn()
    {
        Submission[] active = [.. submissions.ActiveOnes];
        Submission[] arrays = [.. _made, .. active.Where(one => !one.GoesOn)];
        Submission[] waiting =
        [
            .. active.Where(one => one.GoesOn && submissions.JobsOf(one).Any(job => job.IsPending)),
        ];
        if (waiting.Any(one => one.Number > arrays.Max(array => array.Number)))
        {
            return;
        }

        _made.Add(
            submissions.Submit(
                round,
                [],
                one => JobScript.GoingOn([TrainingProcess.Executable, .. Again(one)], settings),
                [],
                [
                    .. Words(settings.EndSbatch),
                    .. Common([.. arrays.Select(one => one.Job!).Distinct()]),
                    "--ntasks=1",
                ]
            )
        );
        if (waiting.Length > 0)
        {
            SlurmClient.Cancel(waiting.Select(one => one.Job!));
        }
    }

    IEnumerable<string> Common(string[] after) =>
        [
            .. Option("--partition", settings.Partition),
            .. Option("--account", settings.Account),
            .. after.Length == 0 ? Array.Empty<string>() : [$"--dependency=afterany:{string.Join(':', after)}"],
        ];

    // What the script reads of a run: whose result it needs, and its command.
    string Line(SweepRun run) =>
        string.Join(
            ' ',
            TrainingProcess
                .Arguments(run, request.Device, request.OfRuns)
                .Prepend(TrainingProcess.Executable)
                .Select(ShellWord.Of)
                .Prepend(ShellWord.Quoted(run.Needs?.Folder.Path ?? ""))
        );

    // The same words, but for those that only the user's command heard.
    IEnumerable<string> Again(Submission mine)
    {
        string[] words = [.. request.Parse.Tokens.Select(token => token.Value)];
        return words
            .Where((word, i) => !SaidOnce.Contains(word) && !WithNumber.Contains(word) && !IsValueOfSuch(words, i))
            .Concat([SlurmChoice.RoundName, Text($"{round}"), SlurmChoice.TurnName, Text($"{mine.Number}")]);
    }

    static bool IsValueOfSuch(string[] words, int i) =>
        i > 0
        && (
            WithNumber.Contains(words[i - 1])
            || (SaidOnce.Contains(words[i - 1]) && bool.TryParse(words[i], out _))
        );

    static string RunsOf(int count) => Text($"{count} {(count == 1 ? "run" : "runs")}");

    static IEnumerable<string> Words(string text) => CommandLineParser.SplitCommandLine(text);

    static IEnumerable<string> Option(string name, string? value) => value is null ? [] : [$"{name}={value}"];

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
