using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>
/// Programs of Slurm's names that keep a queue in files and start nothing: for what a real Slurm cannot be asked to do,
/// and where there is none.
/// </summary>
sealed class PretendedSlurm : IDisposable
{
    const string Sbatch = """
        #!/bin/bash
        here=$(dirname "$0")
        [ "$1" = --version ] && { echo 'slurm 22.05'; exit 0; }
        [ ! -f "$here/refuse" ] || { echo 'sbatch: error: Batch job submission failed: Invalid account' >&2; exit 1; }
        elements=0
        for word; do case $word in --array=*) elements=${word#*=0-} elements=$((${elements%%%*} + 1)) ;; esac; done
        if [ -f "$here/room" ]; then
          room=$(($(cat "$here/room") - elements))
          [ "$room" -ge 0 ] || { echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1; }
          echo "$room" >"$here/room"
        fi
        id=$(($(ls "$here"/*.args 2>/dev/null | wc -l) + 1))
        if [ -f "$here/refuse-after" ] && [ "$id" -gt "$(cat "$here/refuse-after")" ]; then
          echo 'sbatch: error: Invalid account' >&2
          exit 1
        fi
        printf '%s\n' "$@" >"$here/$id.args"
        array=N/A name=
        for word; do
          case $word in
            --job-name=*) name=${word#*=} ;;
            --array=*) array=${word#*=0-} array=$(seq 0 "${array%%%*}") ;;
          esac
        done
        for k in $array; do echo "$name|$id|$k|PENDING||Priority" >>"$here/queue"; done
        [ ! -f "$here/deaf" ] || { echo 'sbatch: error: Socket timed out on send/recv operation' >&2; exit 1; }
        echo "$id;mini"

        """;

    const string Squeue = """
        #!/bin/bash
        here=$(dirname "$0")
        [ -z "$SQUEUE_PARTITION" ] || exit 0
        [ ! -f "$here/away" ] || { echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1; }
        while [ "$1" != -n ]; do shift; done
        [ ! -f "$here/queue" ] || awk -F'|' -v names=",$2," 'index(names, "," $1 ",")' "$here/queue"

        """;

    const string Scontrol = """
        #!/bin/bash
        here=$(dirname "$0")
        [ "$1" = show ] && { echo "MaxArraySize            = $(cat "$here/most" 2>/dev/null || echo 1001)"; exit 0; }
        echo "$@" >>"$here/scontrol.said"

        """;

    const string Scancel = """
        #!/bin/bash
        echo "$@" >>"$(dirname "$0")/scancel.said"

        """;

    readonly TemporaryFolder _folder = new();

    public PretendedSlurm()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The programs are scripts of bash.");
            return;
        }

        foreach (
            var (name, script) in new[]
            {
                ("sbatch", Sbatch),
                ("squeue", Squeue),
                ("scontrol", Scontrol),
                ("scancel", Scancel),
            }
        )
        {
            File.WriteAllText(In(name), script);
            File.SetUnixFileMode(In(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The variables of a process that finds them.</summary>
    public Dictionary<string, string> Environment =>
        new() { ["PATH"] = $"{_folder.Path}:{System.Environment.GetEnvironmentVariable("PATH")}" };

    public string In(string name) => _folder.File(name);

    /// <summary>What sbatch was called with, call by call.</summary>
    public IReadOnlyList<string[]> Calls =>
        [
            .. Directory
                .GetFiles(_folder.Path, "*.args")
                .OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path)))
                .Select(File.ReadAllLines),
        ];

    /// <summary>Changes the queue as a cluster does.</summary>
    public void Move(string from, string to) =>
        File.WriteAllText(In("queue"), File.ReadAllText(In("queue")).Replace(from, to, StringComparison.Ordinal));

    /// <summary>Types a command where these programs are found.</summary>
    public (int Code, string Output, string Error) Run(string folder, params string[] args) =>
        Etrnlp.Start(folder, args, Environment).Finish();

    public void Dispose() => _folder.Dispose();
}
