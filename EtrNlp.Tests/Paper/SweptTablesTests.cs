using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Files;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Paper;

/// <summary>Tables 1 and S1, whose rows are configurations of one sweep.</summary>
public sealed class SweptTablesTests
{
    static readonly string Sweep = PaperFiles.Sweeps.Single(file => file.EndsWith("tableS1-celeba8.yaml", Ends));

    const StringComparison Ends = StringComparison.Ordinal;

    // Table S1 has 31 rows and the baseline's; four are placed, and so 28 subsets are left, which it shows below.
    [TestCase("table1", 11, 4)]
    [TestCase("tableS1", 32 + 28, 32)]
    public async Task Rows_that_are_placed_stand_beside_a_configuration(string table, int rows, int placed)
    {
        var lines = await Report(table);

        var commands = lines.Select(line => line[6]).ToArray();
        Assert.That(lines, Has.Length.EqualTo(rows));
        Assert.That(lines.Select(line => line[4]).Where(seeds => seeds == "0 1 2 3 4").Count(), Is.EqualTo(placed));
        Assert.That(commands.Where(command => command.Length > 0), Is.All.StartsWith($"etrnlp sweep {Sweep} "));
    }

    [Test]
    public async Task Table_S1_has_every_subset_once()
    {
        var names = (await Report("tableS1")).Select(line => line[2]).ToArray();

        Assert.That(names.Where(name => name.Contains("primitives=", Ends)).ToHashSet(), Has.Count.EqualTo(31));
        Assert.That(names, Has.One.EqualTo("F 66.26, primitives=avg_pool+conv+perturb"));
    }

    // Sec. 3.1 calls this subset the best one; its two rows are the same run.
    [Test]
    public void The_rows_of_both_tables_are_of_the_same_configurations() =>
        Assert.That(
            Placed("1").Select(row => (row.Key, Percent: Math.Round(row.Value * 1000))),
            Is.EquivalentTo(Placed("S1").Select(row => (row.Key, Percent: Math.Round(row.Value * 1000))))
        );

    // All but the baseline's, which are of different runs.
    static Dictionary<string, double> Placed(string table) =>
        SweepFile
            .Load(Sweep)
            .Rows.Where(row => row.Table == table && row.Configuration?.StartsWith("primitives=", Ends) == true)
            .ToDictionary(row => row.Configuration!, row => row.Of("attributes.f")!.Value);

    static async Task<string[][]> Report(string table)
    {
        var (code, output, error) = await Etrnlp.Run(
            "report",
            table,
            "--files",
            Path.GetDirectoryName(Sweep)!,
            "--runs",
            "no-such-folder",
            "--format",
            "csv"
        );
        Assert.That(code, Is.Zero, error);
        using var text = new StringReader(output);
        return [.. CsvText.Rows(text).Skip(1)];
    }
}
