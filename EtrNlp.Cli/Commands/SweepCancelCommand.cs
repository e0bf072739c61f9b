using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Cli.Slurm;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp sweep cancel FOLDER</c>: ends a sweep's jobs in a cluster; its runs can be continued.</summary>
static class SweepCancelCommand
{
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
            var output = parse.InvocationConfiguration.Output;
            var submissions = Submissions.In(parse.GetRequiredValue(folder));
            submissions.Look();
            string[] jobs = [.. submissions.Active.Select(job => job.Job).Distinct()];
            if (jobs.Length == 0)
            {
                output.WriteLine("no job of the sweep is queued; on this machine Ctrl+C stops a sweep where it runs");
                return ExitCode.Done;
            }

            // What goes on after the others must not begin to.
            SlurmClient.Cancel(jobs.Reverse());
            output.WriteLine($"ended the jobs {string.Join(", ", jobs)}; etrnlp sweep goes on with what is left");
            return ExitCode.Done;
        });
        return command;
    }
}
