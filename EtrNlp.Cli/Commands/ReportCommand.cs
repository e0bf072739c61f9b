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

    static readonly string DefaultFiles = Path.Combine("experiments", "paper");

    internal static Command Create()
    {
        var (tables, runs, set) = (TableArgument(), CommonOptions.Runs(), CommonOptions.Set());
        var files = CommonOptions.PathOption("--files", $"Folder of rows' files; default: {DefaultFiles}.", "folder");
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
            var (named, overrides) = (Named(parse.GetRequiredValue(tables)), parse.GetValue(set) ?? []);
            var (folder, below) = (parse.GetValue(files) ?? DefaultFiles, parse.GetRequiredValue(runs));
            Write(
                parse.InvocationConfiguration.Output,
                PaperTable.In(folder, named, overrides, FinishedExperiments.Below(below)),
                row => Training(Path.Combine(folder, Path.GetFileName(row.File.Path)), overrides, below),
                parse.GetValue(markdown)
            );
            return ExitCode.Done;
        });
        return command;
    }

    static Argument<string[]> TableArgument()
    {
        var tables = new Argument<string[]>("table")
        {
            Description = $"{string.Join(", ", Tables)} or {All}.",
            Arity = ArgumentArity.OneOrMore,
        };
        tables.CompletionSources.Add([.. Tables, All]);
        return tables;
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
