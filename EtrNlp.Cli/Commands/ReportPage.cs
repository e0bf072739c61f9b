using System.CommandLine;
using System.Text;
using EtrNlp.Cli.Pages;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>report RUN... --html FILE</c>: runs, whatever their state, as a page to look at.</summary>
static class ReportPage
{
    const string BaselineName = "--baseline";

    internal static Option<string?> Option() =>
        CommonOptions.PathOption(
            OutputKind.Report.Option,
            "Write a page of curves, results and pictures of the runs, sweeps or folders of runs that are named "
                + "instead of tables.",
            "file"
        );

    internal static Option<string?> Baseline() =>
        CommonOptions.PathOption(
            BaselineName,
            $"With {OutputKind.Report.Option}: the runs that delta_p is measured against; "
                + "absent: those that the runs name.",
            "run"
        );

    /// <summary>Writes the page.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="folders">Runs, folders of sweeps, or folders of runs.</param>
    /// <param name="baseline">The runs that others are compared with; null: those that they name.</param>
    /// <param name="others">Options of tables that were given.</param>
    /// <param name="notices">Hears what is left out, and where the page is.</param>
    /// <exception cref="DataException">
    /// It cannot be written, such an option was given, or the baseline is not one experiment with a result.
    /// </exception>
    /// <exception cref="WrongInputException">Folders that hold no run.</exception>
    internal static void Write(
        string path,
        IReadOnlyList<string> folders,
        string? baseline,
        IReadOnlyList<string> others,
        TextWriter notices
    )
    {
        if (others.Count > 0)
        {
            throw new DataException(
                $"{string.Join(", ", others)}: of tables, and {OutputKind.Report.Option} shows runs; leave one out"
            );
        }

        var file = OutputFile.At(path, OutputKind.Report);
        var shown = ShownRuns.In(baseline is null ? folders : [baseline, .. folders], notices, out var damaged);
        var compared = baseline is null ? null : In(baseline, shown);
        var page = new HtmlReport([.. shown.OrderBy(one => one != compared)], compared?.Finished, damaged).Page();
        file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        notices.WriteLine($"the report is {file.Path}");
    }

    static ShownConfiguration In(string folder, IReadOnlyList<ShownConfiguration> shown)
    {
        var runs = ShownConfiguration.In(folder).Select(run => run.Path).ToHashSet();
        var found = shown.Where(one => one.Runs.Any(run => runs.Contains(run.Folder.Path))).ToArray();
        return found is [{ Finished: not null } baseline]
            ? baseline
            : throw new DataException(
                found.Length > 1
                    ? $"{BaselineName} {folder}: it holds {string.Join(", ", found.Select(one => one.Name))}; name one"
                    : $"{BaselineName} {folder}: no run of it is done; etrnlp train finishes one"
            );
    }
}
