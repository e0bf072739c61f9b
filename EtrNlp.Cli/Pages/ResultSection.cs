using EtrNlp.Cli.Display;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Pages;

/// <summary>What came out of runs that are done, in the tables of <c>compare</c>.</summary>
static class ResultSection
{
    const int WideEnough = 1000; // columns: a page has room for all of the table

    /// <summary>Its part of the page; empty where no run is done.</summary>
    /// <param name="configurations">What is shown.</param>
    /// <param name="chosen">The one that those of its tasks are compared with; null: the one that they name.</param>
    internal static string Of(IEnumerable<ShownConfiguration> configurations, SeedGroup? chosen) =>
        Html.Section(
            "Results",
            "Means over the parts of all tasks, of the runs that are done.",
            ComparableGroups(configurations).Select(groups => Result(groups, chosen))
        );

    static string Result(IReadOnlyList<SeedGroup> groups, SeedGroup? chosen)
    {
        var names = groups.SelectMany(group => group.Runs).Select(run => run.BaselineName).ToHashSet();
        var baseline =
            groups.FirstOrDefault(group => group == chosen)
            ?? groups.FirstOrDefault(group => names.Contains(group.Name));
        var table = new ComparisonTable(groups, baseline, WideEnough);
        var (paired, cells) = (table.Paired, table.Paired.Cells.ToArray());
        return Html.Table(table.Headers, table.Cells)
            + Html.Remarks(table.Remarks)
            + (cells.Length == 0 ? "" : Html.Table(PairedTable.Headers, cells) + Html.Remarks(paired.Remarks));
    }

    // A folder may hold runs of several problems, which have no table in common.
    static List<List<SeedGroup>> ComparableGroups(IEnumerable<ShownConfiguration> configurations)
    {
        var tables = new List<List<SeedGroup>>();
        foreach (var group in configurations.Select(one => one.Finished).OfType<SeedGroup>())
        {
            if (tables.FirstOrDefault(table => AreComparable(table[0], group)) is { } found)
            {
                found.Add(group);
            }
            else
            {
                tables.Add([group]);
            }
        }

        return tables;
    }

    static bool AreComparable(SeedGroup one, SeedGroup other)
    {
        try
        {
            one.RequireComparable(other);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }
}
