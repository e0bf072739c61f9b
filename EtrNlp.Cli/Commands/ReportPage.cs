using System.CommandLine;
using System.Text;
using EtrNlp.Cli.Pages;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>report RUN... --html FILE</c>: runs, whatever their state, as a page to look at.</summary>
static class ReportPage
{
    internal static Option<string?> Option() =>
        CommonOptions.PathOption(
            OutputKind.Report.Option,
            "Write a page of curves, results and pictures of the runs, sweeps or folders of runs that are named "
                + "instead of tables.",
            "file"
        );

    /// <summary>Writes the page.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="folders">Runs, folders of sweeps, or folders of runs.</param>
    /// <param name="others">Options of tables that were given.</param>
    /// <param name="notices">Hears what is left out, and where the page is.</param>
    /// <exception cref="DataException">It cannot be written, or such an option was given.</exception>
    /// <exception cref="WrongInputException">Folders that hold no run.</exception>
    internal static void Write(
        string path,
        IReadOnlyList<string> folders,
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
        var shown = ShownRuns.In(folders, notices, out var damaged);
        var page = new HtmlReport(shown, damaged).Page();
        file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        notices.WriteLine($"the report is {file.Path}");
    }
}
