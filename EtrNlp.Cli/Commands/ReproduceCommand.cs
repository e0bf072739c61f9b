using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp reproduce TABLE...</c>: trains the runs that tables of the paper lack, and reports the tables.
/// </summary>
sealed class ReproduceCommand : ExampleCommand
{
    readonly Argument<string[]> _tables = TablesOfPaper.Argument();
    readonly Option<string?> _files = TablesOfPaper.Files();

    readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Check everything and say what is missing, with memory, disk and time; nothing is written.",
    };

    readonly Option<bool> _json = CommonOptions.Json();
    readonly SweepOptions _options;

    ReproduceCommand()
        : base(
            "reproduce",
            "Train the runs that tables of the paper lack, then report the tables; the same command again trains what "
                + "is still missing.",
            "etrnlp reproduce table4 --set dataset.kind=scenes --dry-run"
        )
    {
        Add(_tables);
        Add(_files);
        _options = new SweepOptions(this);
        Add(_dryRun);
        Add(_json);
        WritesFiles = parse => !parse.GetValue(_json) && !parse.GetValue(_dryRun);
        SetAction(Run);
    }

    internal static Command Create() => new ReproduceCommand();

    async Task<int> Run(ParseResult parse, CancellationToken cancellation)
    {
        var (json, output) = (parse.GetValue(_json), parse.InvocationConfiguration.Output);
        var tables = Tables(parse);
        var sweep = Plan(tables, parse);
        Said(tables, sweep, parse.Notices());
        if (parse.GetValue(_dryRun))
        {
            DryRun.Run(sweep.Configurations.Select(MissingOf), OptionsOf(parse), _options.Jobs(parse), json, output);
            return ExitCode.Done;
        }

        var executor = _options.Executor(sweep, parse);
        using var claim = _options.Claim(parse, () => Reproduction.Claim(sweep));
        if (claim is null)
        {
            return ExitCode.Done;
        }

        sweep.Write();
        var outcome = await executor.TrainAsync(sweep, cancellation);
        if (outcome.HandedOver)
        {
            return ExitCode.Done;
        }

        if (json)
        {
            SweepList.Write(output, sweep, json);
        }
        else
        {
            ReportCommand.Write(output, ReportCommand.Sheets(Tables(parse), _options.Set(parse), _options.Runs(parse)));
        }

        await _options.AtEnd(parse, () => SweepList.Json(sweep));
        return _options.Ended(parse, sweep, outcome.Failed);
    }

    IReadOnlyList<PaperTable> Tables(ParseResult parse) =>
        TablesOfPaper.Read(
            parse.GetRequiredValue(_tables),
            parse.GetValue(_files),
            _options.Overrides(parse),
            _options.Runs(parse),
            parse.Notices()
        );

    Sweep Plan(IReadOnlyList<PaperTable> tables, ParseResult parse)
    {
        var notices = new HashSet<string>();
        var sweep = new Reproduction(
            _options.Overrides(parse),
            _options.Runs(parse),
            _options.Threads(parse),
            new DataDigests(_options.CacheFolder(parse), parse.Notices().WriteLine),
            notice => notices.Add(notice)
        ).Plan(tables);
        Array.ForEach([.. notices], parse.Notices().WriteLine);
        _options.RequireSomethingToDraw(sweep, parse);
        return sweep;
    }

    // Rows of several tables may be the same experiment, which is trained once.
    static void Said(IReadOnlyList<PaperTable> tables, Sweep sweep, TextWriter notices)
    {
        var rows = tables.Sum(table => table.Rows.Count(row => row.Ours?.Missing.Length > 0));
        var alone = tables.Sum(table => table.Rows.Count(row => row.Ours is null));
        notices.WriteLine(
            (
                rows == 0
                    ? "nothing is missing"
                    : FormattableString.Invariant($"{sweep.Runs.Length} runs of {sweep.Configurations.Length} ")
                        + FormattableString.Invariant($"experiments are missing for {rows} rows")
            ) + (alone == 0 ? "" : FormattableString.Invariant($"; rows of no known configuration: {alone}"))
        );
    }

    RunOptions OptionsOf(ParseResult parse) =>
        new(
            _options.Runs(parse),
            _options.Devices(parse)[0],
            Restart: false,
            Environment.CommandLine,
            CheckpointEvery: default,
            Examples: _options.Drawn(parse)
        );

    static ExperimentFile MissingOf(SweepConfiguration one) =>
        one.File with
        {
            Experiment = one.File.Experiment with { Name = one.Name, Seeds = one.Seeds!.Value },
        };
}
