using System.CommandLine;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>Tables of the paper as commands name and read them.</summary>
static class TablesOfPaper
{
    const string All = "all";

    static readonly string DefaultFiles = Path.Combine("experiments", "paper");
    static readonly Dictionary<string, string> Tables = PaperRow.Tables.ToDictionary(table => $"table{table}");

    internal static Argument<string[]> Argument()
    {
        var tables = new Argument<string[]>("table")
        {
            Description =
                $"{string.Join(", ", Tables.Keys)} or {All}; with {OutputKind.Report.Option}, folders of runs.",
            Arity = ArgumentArity.OneOrMore,
        };
        tables.CompletionSources.Add([.. Tables.Keys, All]);
        return tables;
    }

    internal static Option<string?> Files() =>
        CommonOptions.PathOption("--files", $"Folder of rows' files; default: {DefaultFiles}.", "folder");

    /// <summary>Reads the tables that are named from a folder of files, with the finished runs.</summary>
    /// <param name="names">The tables.</param>
    /// <param name="files">The folder of files; null: the shipped one.</param>
    /// <param name="overrides">What the command line changes in every experiment.</param>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="notices">Hears of runs that are left out.</param>
    /// <exception cref="DataException">There is no such table, or no file has a row of it.</exception>
    /// <exception cref="ConfigException">Every mistake in the files.</exception>
    internal static IReadOnlyList<PaperTable> Read(
        string[] names,
        string? files,
        IReadOnlyList<string> overrides,
        string runs,
        TextWriter notices
    )
    {
        if (names.FirstOrDefault(name => name != All && !Tables.ContainsKey(name)) is { } unknown)
        {
            throw new DataException(
                $"there is no table {unknown}; expected {string.Join(", ", Tables.Keys)} or {All}"
                    + NearestName.NearHint(unknown, [.. Tables.Keys, All])
                    + (Directory.Exists(unknown) ? $"; {OutputKind.Report.Option} FILE shows runs as a page" : "")
            );
        }

        var finished = FinishedExperiments.Below(runs);
        DamagedRuns.Say(finished.Damaged, notices);
        var folder = files ?? DefaultFiles;
        var asked = names.Contains(All) ? Tables.Values : names.Select(name => Tables[name]);
        var found = new PaperTables([.. asked], overrides, finished).In(folder);
        var missing = names.FirstOrDefault(name => found.All(one => name != All && one.Table != Tables[name]));
        if (missing is not null)
        {
            throw new DataException($"no file of {folder} is a row of {missing}");
        }

        foreach (var run in found.SelectMany(table => table.Rows).SelectMany(OfOtherData).Distinct())
        {
            notices.WriteLine($"{run} is left out: most seeds of its experiment are of other data");
        }

        return found;
    }

    static IEnumerable<string> OfOtherData(ReportRow row) => row.Ours?.OfOtherData ?? [];
}
