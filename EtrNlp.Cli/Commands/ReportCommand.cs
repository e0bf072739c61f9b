using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp report TABLE...</c>: tables of the paper beside finished runs.</summary>
static class ReportCommand
{
    const string All = "all";
    const string Prefix = "table";

    static readonly string[] Tables =
    [
        .. Enumerable.Range(2, 6).Select(n => FormattableString.Invariant($"{Prefix}{n}")),
    ];

    internal static Command Create()
    {
        var tables = new Argument<string[]>("table")
        {
            Description = $"{string.Join(", ", Tables)} or {All}.",
            Arity = ArgumentArity.OneOrMore,
        };
        tables.CompletionSources.Add([.. Tables, All]);
        var (runs, set) = (CommonOptions.Runs(), CommonOptions.Set());
        var files = CommonOptions.PathOption(
            "--files",
            "Folder of the rows' files; default: experiments/paper.",
            "folder"
        );
        var markdown = new Option<bool>("--markdown") { Description = "Write Markdown." };
        var command = new ExampleCommand(
            "report",
            "Show tables of the paper: finished runs beside the published values, and what is missing.",
            "etrnlp report table3 --runs runs"
        )
        {
            tables,
            runs,
            files,
            set,
            markdown,
        };
        command.SetAction(parse =>
        {
            var overrides = parse.GetValue(set) ?? [];
            var (folder, below) = (
                parse.GetValue(files) ?? Path.Combine("experiments", "paper"),
                parse.GetRequiredValue(runs)
            );
            var found = PaperTable.In(
                folder,
                Named(parse.GetRequiredValue(tables)),
                overrides,
                FinishedExperiments.Below(below)
            );
            Write(
                parse.InvocationConfiguration.Output,
                found,
                row => Training(Path.Combine(folder, Path.GetFileName(row.File.Path)), overrides, below),
                parse.GetValue(markdown)
            );
            return ExitCode.Done;
        });
        return command;
    }

    static void Write(
        TextWriter output,
        IReadOnlyList<PaperTable> tables,
        Func<ReportRow, string> command,
        bool asMarkdown
    )
    {
        foreach (var table in tables)
        {
            if (asMarkdown)
            {
                output.Write(string.Join("\n", ReportTable.Markdown(table, command)) + "\n");
            }
            else
            {
                Screen.Write(output, ReportTable.Text(table, command));
                output.WriteLine();
            }
        }
    }

    static string[] Named(string[] names) =>
        names.FirstOrDefault(name => name != All && !Tables.Contains(name)) is { } unknown
            ? throw new DataException(
                $"there is no report {unknown}; "
                    + $"expected {string.Join(", ", Tables)} or {All}{NearestName.NearHint(unknown, [.. Tables, All])}"
            )
        : names.Contains(All) ? []
        : [.. names.Select(name => name[Prefix.Length..])];

    static string Training(string file, IEnumerable<string> overrides, string runs) =>
        string.Join(' ', [$"etrnlp train {file}", .. overrides.Select(text => $"--set '{text}'"), $"--runs {runs}"]);
}
