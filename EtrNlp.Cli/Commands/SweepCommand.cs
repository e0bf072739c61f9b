using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Executors;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp sweep FILE</c>: trains every configuration of a sweep, several at a time, and writes one table.
/// </summary>
sealed class SweepCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File(
        "Sweep file (YAML): name, base, cases, grid, combinations, random, halving, seeds."
    );

    readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin every run anew; the old ones are kept beside them.",
    };

    readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Check everything and list the runs; nothing is started or written.",
    };

    readonly Option<bool> _json = CommonOptions.Json();
    readonly SweepOptions _options;

    SweepCommand()
        : base(
            "sweep",
            "Train every configuration of a sweep and its baseline; the same command again trains what is missing "
                + "or failed.",
            "etrnlp sweep experiments/gamma.yaml --jobs 2 --dry-run"
        )
    {
        Add(_file);
        _options = new SweepOptions(this);
        Add(_restart);
        Add(_dryRun);
        Add(_json);
        Add(SweepStatusCommand.Create());
        Add(SweepCancelCommand.Create());
        WritesFiles = parse => !parse.GetValue(_json) && !parse.GetValue(_dryRun);
        SetAction(Run);
    }

    internal static Command Create() => new SweepCommand();

    async Task<int> Run(ParseResult parse, CancellationToken cancellation)
    {
        var (json, output) = (parse.GetValue(_json), parse.InvocationConfiguration.Output);
        var file = SweepFile.Load(parse.GetRequiredValue(_file));
        var sweep = Plan(file, parse);
        if (parse.GetValue(_dryRun))
        {
            List(output, sweep, json);
            return ExitCode.Done;
        }

        var executor = _options.Executor(sweep, parse, file);
        using var claim = _options.Claim(parse, sweep.Claim);
        if (claim is null)
        {
            return ExitCode.Done;
        }

        if (parse.GetValue(_restart))
        {
            executor.RequireIdle(sweep);
            MoveAside(sweep, parse.Notices());
        }

        var (last, outcomes) = (sweep, new List<Outcome>());
        foreach (var stage in sweep.Stages)
        {
            stage.Write();
            Say(stage, parse.Notices());
            last = stage;
            outcomes.Add(await executor.TrainAsync(stage, cancellation));
            if (outcomes[^1].HandedOver)
            {
                return ExitCode.Done;
            }
        }

        var table = new SweepTable(last, [.. outcomes.SelectMany(outcome => outcome.Failed)], sweep.Search);
        Report(table, last.Folder, json, output);
        await _options.AtEnd(parse, table.Json);
        return _options.Ended(parse, last, outcomes[^1].Failed);
    }

    Sweep Plan(SweepFile file, ParseResult parse)
    {
        var notices = parse.Notices();
        var sweep = new SweepPlanner(
            file,
            _options.Overrides(parse),
            _options.Runs(parse),
            _options.Threads(parse, file),
            parse.GetValue(_restart)
        ).Plan(new DataDigests(_options.CacheFolder(parse), notices.WriteLine));
        Array.ForEach([.. sweep.Notices], notices.WriteLine);
        _options.RequireSomethingToDraw(sweep, parse);
        return sweep;
    }

    static void MoveAside(Sweep sweep, TextWriter notices)
    {
        if (sweep.MoveAside() is > 0 and var moved)
        {
            notices.WriteLine(
                FormattableString.Invariant(
                    $"the {moved} runs that were there are kept beside the new ones, as seed-<n>.replaced-<k>"
                )
            );
        }
    }

    static void List(TextWriter output, Sweep sweep, bool json)
    {
        if (sweep.Search is { } search)
        {
            SearchList.Write(output, search, json);
        }
        else
        {
            SweepList.Write(output, sweep, json);
        }
    }

    static void Say(Sweep stage, TextWriter notices)
    {
        if (stage.Title is { } title)
        {
            notices.WriteLine(title);
        }
    }

    static void Report(SweepTable table, string folder, bool json, TextWriter output)
    {
        AtomicFile.WriteText(Path.Combine(folder, Sweep.CsvName), table.Csv());
        AtomicFile.WriteText(Path.Combine(folder, Sweep.MarkdownName), table.Markdown());
        if (json)
        {
            JsonOutput.Write(output, table.Json());
        }
        else
        {
            Screen.Write(output, table.Text());
        }
    }
}
