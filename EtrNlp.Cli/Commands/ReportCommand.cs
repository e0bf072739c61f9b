using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp report TABLE...</c>: tables of the paper beside finished runs; with <c>--html</c>, runs as a page.
/// </summary>
sealed class ReportCommand : ExampleCommand
{
    const string Text = "text";

    static readonly Dictionary<string, Action<TextWriter, ReportSheet[]>> Formats = new()
    {
        [Text] = Write,
        ["markdown"] = (output, sheets) => output.Write(string.Concat(sheets.Select(ReportTable.Markdown))),
        ["csv"] = (output, sheets) => output.Write(ReportCsv.Of(sheets)),
        ["latex"] = (output, sheets) => output.Write(string.Concat(sheets.Select(ReportLatex.Of))),
    };

    readonly Argument<string[]> _tables = TablesOfPaper.Argument();
    readonly Option<string> _runs = CommonOptions.Runs();
    readonly Option<string?> _files = TablesOfPaper.Files();
    readonly Option<string[]> _set = CommonOptions.Set();

    readonly Option<string> _format = new("--format")
    {
        Description = $"{string.Join(", ", Formats.Keys)}; csv is unrounded, latex needs graphicx.",
        HelpName = "format",
        DefaultValueFactory = _ => Text,
    };

    readonly Option<string?> _html = ReportPage.Option();
    readonly Option<string?> _baseline = ReportPage.Baseline();

    ReportCommand()
        : base(
            "report",
            "Show tables of the paper: finished runs beside the published values, and what is missing; "
                + "or, with --html, write a page about runs.",
            "etrnlp report table3 --runs runs"
        )
    {
        Add(_tables);
        Add(_runs);
        Add(_files);
        Add(_set);
        _format.CompletionSources.Add([.. Formats.Keys]);
        Add(_format);
        Add(_html);
        Add(_baseline);
        SetAction(Run);
    }

    internal static Command Create() => new ReportCommand();

    int Run(ParseResult parse)
    {
        if (parse.GetValue(_html) is { } page)
        {
            var given = CommonOptions.Given(parse, _runs, _files, _set, _format);
            ReportPage.Write(
                page,
                parse.GetRequiredValue(_tables),
                parse.GetValue(_baseline),
                given,
                parse.Notices()
            );
            return ExitCode.Done;
        }

        if (parse.GetValue(_baseline) is not null)
        {
            throw new DataException(
                $"{_baseline.Name}: of pages, and rows of tables have their own; add {_html.Name}, or leave it out"
            );
        }

        var write = FormatOf(parse);
        var (overrides, runs) = (parse.GetValue(_set) ?? [], parse.GetRequiredValue(_runs));
        var tables = TablesOfPaper.Read(
            parse.GetRequiredValue(_tables),
            parse.GetValue(_files),
            overrides,
            runs,
            parse.Notices()
        );
        write(parse.InvocationConfiguration.Output, Sheets(tables, overrides, runs));
        return ExitCode.Done;
    }

    Action<TextWriter, ReportSheet[]> FormatOf(ParseResult parse)
    {
        var name = parse.GetRequiredValue(_format);
        return Formats.TryGetValue(name, out var write)
            ? write
            : throw new DataException(
                $"--format {name}: expected {string.Join(", ", Formats.Keys)}{NearestName.NearHint(name, Formats.Keys)}"
            );
    }

    /// <summary>Tables before they are laid out, with the commands that make missing runs.</summary>
    internal static ReportSheet[] Sheets(
        IReadOnlyList<PaperTable> tables,
        IReadOnlyList<string> overrides,
        string runs
    ) => [.. tables.Select(table => new ReportSheet(table, row => Training(row, overrides, runs)))];

    /// <summary>Tables for a terminal or a pipe.</summary>
    internal static void Write(TextWriter output, ReportSheet[] sheets)
    {
        foreach (var sheet in sheets)
        {
            Screen.Write(output, ReportTable.Text(sheet));
            output.WriteLine();
        }
    }

    // What a baseline does not inherit would make another experiment of it than its own row.
    static string Training(ReportRow row, IReadOnlyList<string> overrides, string runs)
    {
        var isSweep = SweepFile.IsSweep(row.Path);
        var needsNoBaseline =
            !isSweep && row.BaselinePath is not null && row.Ours!.File.InheritedOverrides.Count < overrides.Count;
        return string.Join(
            ' ',
            [
                $"etrnlp {(isSweep ? "sweep" : "train")} {ShellWord.Of(row.Path)}",
                .. overrides
                    .Concat(needsNoBaseline ? [$"{Experiment.BaselineName}=null"] : [])
                    .Select(text => $"--set {ShellWord.Quoted(text)}"),
                $"--runs {ShellWord.Of(runs)}",
            ]
        );
    }
}
