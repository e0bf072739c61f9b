using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Slurm;

/// <summary>Slurm by its own programs: <c>sbatch</c>, <c>squeue</c>, <c>scancel</c>, <c>scontrol</c>.</summary>
static class SlurmClient
{
    const int Tries = 4; // a busy controller answers later
    const int DefaultMaxArraySize = 1001;

    const string Remedy =
        "type the command on a machine of the cluster, such as its login node, or have the runs' commands printed with "
        + "--executor print";

    static readonly string[] ForeignVariables = ["SLURM_", "SQUEUE_", "SCANCEL_"];
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Refuses a machine without Slurm's programs, or one where they know of no cluster.</summary>
    /// <exception cref="DataException">They are not there, or do not work.</exception>
    public static void Require()
    {
        var (code, _, error) = Run("sbatch", ["--version"]);
        if (code != 0)
        {
            throw new DataException($"sbatch does not work on this machine: {FirstLine(error)}; {Remedy}");
        }
    }

    /// <summary>Submits a script; the id of its job, or of its array.</summary>
    /// <exception cref="RunException">Slurm refused it, or did not answer; it may have been accepted then.</exception>
    public static string Submit(IReadOnlyList<string> arguments)
    {
        var (code, output, error) = Run("sbatch", ["--parsable", .. arguments]);
        return code == 0 && output.Length > 0
            ? output.Split(';')[0].Trim()
            : throw new RunException($"sbatch refused the jobs: {FirstLine(error)}");
    }

    /// <summary>True if Slurm takes no more jobs now, and may later.</summary>
    public static bool IsOfLimit(RunException refusal) =>
        refusal.Message.Contains("limit", StringComparison.OrdinalIgnoreCase);

    /// <summary>What Slurm knows of jobs of some names, ended ones too until it forgets them.</summary>
    /// <exception cref="RunException">Slurm does not answer.</exception>
    public static IReadOnlyList<QueuedJob> Queue(IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? []
            :
            [
                .. Ask(
                        "squeue",
                        ["-h", "-r", "-t", "all", "-n", string.Join(',', names), "-o", QueuedJob.Format]
                    )
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(QueuedJob.Read),
            ];

    /// <summary>Ends jobs.</summary>
    /// <exception cref="RunException">Slurm does not answer.</exception>
    public static void Cancel(IEnumerable<string> jobs) => Ask("scancel", [.. jobs]);

    /// <summary>Lets a job start that Slurm holds back after it could not be started.</summary>
    /// <exception cref="RunException">Slurm does not answer.</exception>
    public static void Release(QueuedJob job) => Ask("scontrol", ["release", job.Id]);

    /// <summary>How many elements an array may have.</summary>
    /// <exception cref="RunException">Slurm does not answer.</exception>
    public static int MostElements() =>
        Ask("scontrol", ["show", "config"])
            .Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0].Trim() == "MaxArraySize")
            .Select(pair => int.Parse(pair[1], CultureInfo.InvariantCulture))
            .Append(DefaultMaxArraySize)
            .Select(size => Math.Max(1, size - 1)) // it is one more than the largest index
            .First();

    static string Ask(string program, string[] arguments)
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++, pause *= 2)
        {
            var (code, output, error) = Run(program, arguments);
            if (code == 0)
            {
                return output;
            }

            if (tries == Tries)
            {
                throw new RunException(
                    $"{program} failed: {FirstLine(error)}; runs that are queued go on, try again later"
                );
            }

            Thread.Sleep(pause);
        }
    }

    static (int Code, string Output, string Error) Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(Start(program, arguments))!;
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return (-1, "", $"it did not answer within {Durations.Text(Patience)}");
            }

            process.WaitForExit();
            return (process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception)
        {
            throw Missing();
        }
    }

    // Variables change what these programs show, and those of the job that this may run in are not for its runs.
    static ProcessStartInfo Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var foreign = start.Environment.Keys.Where(name =>
            ForeignVariables.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && name != "SLURM_CONF"
        );
        Array.ForEach([.. foreign], name => start.Environment.Remove(name));
        return start;
    }

    static string FirstLine(string text) => text.Trim().Split('\n')[0];

    static DataException Missing() =>
        new($"Slurm's programs (sbatch, squeue, scancel, scontrol) are not on this machine's PATH; {Remedy}");
}
