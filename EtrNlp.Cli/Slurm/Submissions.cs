using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Cli.Slurm;

/// <summary>
/// What was handed to Slurm for the runs of a sweep, in <c>.slurm/</c> of its folder, and what Slurm says of it.
/// </summary>
sealed class Submissions
{
    const string FolderName = ".slurm";
    const int TokenBytes = 4;

    readonly string _folder;
    readonly string _prefix;
    readonly List<Submission> _all;
    IReadOnlyList<QueuedJob> _queue = [];

    Submissions(string folder, string prefix, List<Submission> all) => (_folder, _prefix, _all) = (folder, prefix, all);

    /// <summary>In the order they were made.</summary>
    public IReadOnlyList<Submission> All => _all;

    /// <summary>Those that a sweep's folder tells of; Slurm was not asked yet.</summary>
    /// <exception cref="Data.Configuration.DataException">One is damaged.</exception>
    public static Submissions In(string sweepFolder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(sweepFolder));
        var folder = Path.Combine(path, FolderName);
        var found = Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(Submission.Read) : [];
        return new Submissions(
            folder,
            PrefixOf(path),
            [.. found.OfType<Submission>().OrderBy(one => one.Number).ThenBy(one => one.Name, StringComparer.Ordinal)]
        );
    }

    /// <summary>Asks Slurm anew; a number that was not heard is found by the name of the jobs.</summary>
    /// <exception cref="RunException">It does not answer.</exception>
    public void Look()
    {
        _queue = SlurmClient.Queue([.. _all.Select(one => one.Name)]);
        foreach (var (i, one) in _all.Index().ToArray())
        {
            if (one.Job is null && JobsOf(one).FirstOrDefault() is { } found)
            {
                _all[i] = one with { Job = found.Job };
                _all[i].Write();
            }
        }
    }

    /// <summary>What Slurm knows of a submission's jobs.</summary>
    public IEnumerable<QueuedJob> JobsOf(Submission submission) => _queue.Where(job => job.Name == submission.Name);

    /// <summary>Every job that is queued or runs.</summary>
    public IEnumerable<QueuedJob> Active => _queue.Where(job => job.IsActive);

    /// <summary>The submissions with such jobs, in the order they were made.</summary>
    public IEnumerable<Submission> ActiveOnes => _all.Where(one => JobsOf(one).Any(job => job.IsActive));

    /// <summary>The newest element of each run that Slurm has accepted.</summary>
    public IReadOnlyDictionary<SubmittedRun, Element> ByRun()
    {
        var byElement = _queue.ToLookup(job => (job.Name, job.Index));
        var found = new Dictionary<SubmittedRun, Element>();
        foreach (var one in _all.Where(one => one.Job is not null))
        {
            foreach (var (index, run) in one.Runs.Index())
            {
                found[run] = new Element(one, index, byElement[(one.Name, index)].FirstOrDefault());
            }
        }

        return found;
    }

    /// <summary>What submissions call a run: the same if the sweep's folder is moved, or has several paths.</summary>
    public string NameOf(RunFolder run) =>
        Path.GetRelativePath(SweepFolder, run.Path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The folder of a run.</summary>
    public string FolderOf(SubmittedRun run) => Path.GetFullPath(Path.Combine(SweepFolder, run.Name));

    string SweepFolder => Path.GetDirectoryName(_folder)!;

    /// <summary>The number of the next one.</summary>
    public int Next => _all.Count == 0 ? 1 : _all[^1].Number + 1;

    /// <summary>
    /// Hands jobs to Slurm. Where its answer is not heard, its queue tells whether they are there.
    /// </summary>
    /// <param name="round">The round it belongs to.</param>
    /// <param name="runs">Its runs; none for the job that goes on.</param>
    /// <param name="script">Makes the script.</param>
    /// <param name="commands">A line for each run.</param>
    /// <param name="arguments">Makes the arguments of <c>sbatch</c>, but for name, log and script.</param>
    /// <exception cref="RunException">Slurm refused them.</exception>
    public Submission Submit(
        int round,
        ImmutableArray<SubmittedRun> runs,
        Func<Submission, string> script,
        IReadOnlyList<string> commands,
        IReadOnlyList<string> arguments
    )
    {
        // Jobs of an earlier folder of this name may still be known, and another process may take the same number.
        var (number, token) = (Next, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)));
        var name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{number}-{token}");
        var folder = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number:D4}-{token}"));
        var one = new Submission(folder, number, name, round, runs, null);
        Directory.CreateDirectory(one.LogFolder);
        AtomicFile.WriteText(one.ScriptPath, script(one));
        AtomicFile.WriteText(one.CommandsPath, string.Concat(commands.Select(line => $"{line}\n")));
        one.Write();
        var log = one.LogFolder.Replace("%", "%%", StringComparison.Ordinal);
        one = one with
        {
            Job = Submit(
                one,
                [
                    .. arguments,
                    $"--job-name={name}",
                    $"--output={log}/{(one.GoesOn ? "%j" : "%A_%a")}.log",
                    "--open-mode=append",
                    one.ScriptPath,
                ]
            ),
        };
        one.Write();
        _all.Add(one);
        return one;
    }

    static string Submit(Submission one, string[] arguments)
    {
        try
        {
            return SlurmClient.Submit(arguments);
        }
        catch (RunException)
        {
            if (SlurmClient.Queue([one.Name]) is [var job, ..])
            {
                return job.Job;
            }

            Directory.Delete(one.Folder, recursive: true);
            throw;
        }
    }

    static string PrefixOf(string folder) =>
        "etrnlp-"
        + string.Concat(
            Path.GetFileName(folder).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')
        );
}
