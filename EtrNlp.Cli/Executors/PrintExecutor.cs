using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>The commands of runs, for whatever starts them.</summary>
sealed class PrintChoice : IExecutorChoice
{
    public string Name => "print";

    public string Summary => "none, the commands are printed for another scheduler";

    public IReadOnlyList<Option> Options => [];

    public int Threads(ParseResult parse, SweepFile? file) => IExecutorChoice.SharedCores(parse);

    public IExecutor Create(ExecutorRequest request)
    {
        request.RequireOneDevice();
        return new PrintExecutor(request);
    }
}

/// <summary>
/// Trains nothing: writes the command of every run that is missing, for a scheduler that this program does not know.
/// </summary>
/// <param name="request">What runs are started with.</param>
sealed class PrintExecutor(ExecutorRequest request) : IExecutor
{
    public Task<Outcome> TrainAsync(Sweep sweep, CancellationToken cancellation)
    {
        SweepRun[] missing = [.. sweep.Missing];
        if (missing.Length > 0)
        {
            Write(missing);
        }

        return Task.FromResult(new Outcome([], HandedOver: missing.Length > 0));
    }

    void Write(SweepRun[] missing)
    {
        var first = missing.Where(run => missing.Any(other => other.Needs == run)).ToArray();
        if (request.Json)
        {
            JsonOutput.Write(request.Output, JsonOutput.Array(missing.Select(Json)));
        }
        else if (first.Length > 0)
        {
            Write("# the baseline, whose results the others need", first);
            Write("# after those, in any order", missing.Except(first));
        }
        else
        {
            Write("# in any order", missing);
        }
    }

    JsonObject Json(SweepRun run) =>
        new()
        {
            ["name"] = run.Configuration.Name,
            ["seed"] = run.Seed,
            ["folder"] = run.Folder.Path,
            ["needs"] = run.Needs?.Folder.Path,
            ["command"] = JsonOutput.Array(Command(run)),
        };

    void Write(string remark, IEnumerable<SweepRun> runs)
    {
        request.Output.WriteLine(remark);
        foreach (var run in runs)
        {
            request.Output.WriteLine(string.Join(' ', Command(run).Select(ShellWord.Of)));
        }
    }

    IEnumerable<string> Command(SweepRun run) =>
        TrainingProcess.Arguments(run, request.Device, request.OfRuns).Prepend("etrnlp");
}
