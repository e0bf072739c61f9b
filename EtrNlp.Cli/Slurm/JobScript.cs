using EtrNlp.Cli.Display;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Slurm;

/// <summary>The bash scripts that Slurm starts.</summary>
static class JobScript
{
    /// <summary>
    /// One element of an array. The commands' line of its index says which run's result it needs, or '', and what it
    /// runs. SIGUSR1 tells that time is nearly up: the run saves itself, and the job is queued again. SIGTERM, of
    /// scancel or of preemption, is passed on, and Slurm decides.
    /// </summary>
    internal static string OfRun(Submission submission, SlurmSettings settings) =>
        $$"""
            #!/bin/bash
            # Written by etrnlp sweep: element k of the array runs line k + 1 of the file commands beside this one.
            element=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
            warned=0 run=
            stop() {
              [ -n "$run" ] || exit 75
              kill -TERM "$run" 2>/dev/null
            }
            trap 'warned=1; stop' USR1
            trap stop TERM INT
            cd {{ShellWord.Quoted(Environment.CurrentDirectory)}} || exit 1
            {{string.Join('\n', settings.Setup)}}
            set +eu +o pipefail # whatever those lines have set
            eval "set -- $(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {{ShellWord.Quoted(submission.CommandsPath)}})"
            needs=$1
            shift
            if [ -n "$needs" ] && [ ! -f "$needs/{{RunFolder.ResultName}}" ]; then
              echo "was not started: its baseline $needs is not done" >&2
              exit 1
            fi

            "$@" --owner "slurm-$element" </dev/null &
            run=$!
            while :; do # a signal ends wait, not the run
              wait "$run"
              code=$?
              kill -0 "$run" 2>/dev/null || break
            done
            wait "$run" 2>/dev/null # if it ended after such a signal
            last=$?
            [ "$last" -eq 127 ] || code=$last
            restarts=${SLURM_RESTART_COUNT:-0}
            if [ "$code" -eq 75 ] && [ "$warned" -eq 1 ] && [ "$restarts" -lt {{settings.MaxRequeues}} ]; then
              scontrol requeue "$element" && sleep 60 # Slurm ends this script meanwhile
            fi
            exit "$code"

            """.ReplaceLineEndings("\n");

    /// <summary>The job that goes on when runs have ended: the same command again.</summary>
    internal static string GoingOn(IEnumerable<string> command, SlurmSettings settings) =>
        $$"""
            #!/bin/bash
            # Written by etrnlp sweep: when the runs have ended, the same command goes on.
            cd {{ShellWord.Quoted(Environment.CurrentDirectory)}} || exit 1
            {{string.Join('\n', settings.Setup)}}
            exec {{string.Join(' ', command.Select(ShellWord.Of))}} </dev/null

            """.ReplaceLineEndings("\n");
}
