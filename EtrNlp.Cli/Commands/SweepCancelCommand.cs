using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Cli.Slurm;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp sweep cancel FOLDER</c>: ends a sweep's jobs in a cluster; its runs can be continued.</summary>
static class SweepCancelCommand
{
    const int Looks = 5;

    internal static Command Create()
    {
        var folder = SweepStatusCommand.Folder();
        var command = new ExampleCommand(
            "cancel",
            "End the jobs of a sweep that a cluster has queued or runs; what is running saves itself, and the sweep's "
                + "command goes on from there.",
            "etrnlp sweep cancel runs/gamma"
        )
        {
            folder,
        };
        command.SetAction(parse =>
        {
            var jobs = Cancel(SweepStatusCommand.PathOf(parse, folder));
            parse.InvocationConfiguration.Output.WriteLine(
                jobs.Count == 0
                    ? "no job of the sweep is queued; on this machine Ctrl+C stops a sweep where it runs"
                    : $"ended the jobs {string.Join(", ", jobs)}; etrnlp sweep goes on with what is left"
            );
            return ExitCode.Done;
        });
        return command;
    }

    // What goes on after runs is ended before them, and again if it had begun to hand others over.
    static List<string> Cancel(string folder)
    {
        var ended = new List<string>();
        for (var looks = 0; looks < Looks; looks++)
        {
            var submissions = Submissions.In(folder);
            submissions.Look();
            string[] jobs =
            [
                .. submissions
                    .ActiveOnes.OrderByDescending(one => one.GoesOn)
                    .ThenByDescending(one => one.Number)
                    .Select(one => one.Job!)
                    .Except(ended),
            ];
            if (jobs.Length == 0)
            {
                break;
            }

            SlurmClient.Cancel(jobs);
            ended.AddRange(jobs);
        }

        return ended;
    }
}
