using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.EventFiles;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>export RUN|FOLDER... --tensorboard</c>: the event files of runs that are there.</summary>
static class ExportedEvents
{
    /// <summary>Writes them, and names each.</summary>
    /// <exception cref="WrongInputException">Folders that hold no run.</exception>
    /// <exception cref="DataException">No run is one that can have such a file.</exception>
    internal static void Write(IReadOnlyList<string> folders, TextWriter output, TextWriter notices)
    {
        RunStatus[] runs =
        [
            .. ExperimentChecks
                .ForEach(folders, ShownConfiguration.In)
                .SelectMany(found => found)
                .DistinctBy(run => run.Path),
        ];
        DamagedRuns.Say(runs.Where(run => run.Damage is not null), notices);
        var written = 0;
        foreach (var run in runs.Where(run => run.Damage is null))
        {
            if (run.State == RunState.Running) // whoever trains it keeps its file
            {
                notices.WriteLine($"{run.Path} is running and is left out; train --tensorboard writes while it trains");
                continue;
            }

            output.WriteLine(EventFile.Write(new RunFolder(run.Path)));
            written++;
        }

        if (written == 0)
        {
            throw new DataException("every run is damaged or running, so there is nothing to export");
        }
    }
}
