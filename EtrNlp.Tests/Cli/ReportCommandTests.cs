using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Tables beside runs whose numbers were written by hand.</summary>
public sealed class ReportCommandTests
{
    TemporaryFolder _folder = null!;

    [SetUp]
    public void Write_two_rows()
    {
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder.File("papers"));
        WriteRow(
            "base",
            "",
            "seeds: [0, 1]\n",
            "Conv",
            1,
            "published: {attributes.precision: 0.4, attributes.recall: 0.5}"
        );
        WriteRow(
            "etr",
            Etr,
            "seeds: [0, 1, 2]\nbaseline: base.yaml\n",
            "ETR",
            2,
            "published: {attributes.precision: 0.6, attributes.recall: 0.5, delta_p: 0.25}, parameters: 10e6, "
                + "note: it cannot be"
        );
    }

    [TearDown]
    public void Remove_them() => _folder.Dispose();

    const string Etr = "routing: {kind: etr, gamma: 0.5}\n";

    // Means 0.65 and 0.5 against 0.5 and 0.5: improvements of 30 % and 0 %, on average 15 %, the paper's 25 %. The
    // deviation of 0.6 and 0.7 is 0.1 / sqrt(2).
    [TestCase("table2")]
    [TestCase("all")]
    public async Task Ours_stand_beside_the_papers_with_the_difference(string table)
    {
        WriteRuns();

        var (code, output, error) = await Report(table);

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("Table 2, Mine"));
        var (first, second) = (Line(output, "Conv "), Line(output, "ETR*"));
        Assert.That(first, Does.Contain("0.5000 ±0.0000 | 0.4 | +0.1000"));
        Assert.That(second, Does.Match(@"^\s*ETR\*\s+2 "));
        Assert.That(
            second,
            Does.Contain("0.6500 ±0.0707 | 0.6 | +0.0500").And.Contain("+15.00 % | +25.0 % | -10.0 %")
        );
        Assert.That(output, Does.Match(@"Conv [\s\S]*ETR\*"), "in the order of their lines");
        Assert.That(output, Does.Contain("* ETR: it cannot be"));
    }

    [Test]
    public async Task Missing_runs_are_named_with_the_command_that_makes_them()
    {
        WriteRuns();

        var some = (await Report("table2")).Output;
        var none = (await Report("table2", "--set", "training.epochs=3")).Output;

        Assert.That(
            some,
            Does.Contain($"missing ETR, seeds 2: etrnlp train {File("etr")} --runs {_folder.File("runs")}")
        );
        Assert.That(some, Does.Not.Contain("missing Conv"));
        Assert.That(none, Does.Contain("missing Conv, seeds 0, 1: ").And.Contain("--set 'training.epochs=3'"));
        Assert.That(none, Does.Contain("- | 0.6").And.Not.Contain("baseline=null"));
    }

    // Under train the baseline would keep its width, and be another experiment than the table's first row.
    [Test]
    public async Task Their_command_leaves_the_baseline_to_its_own_row_where_it_would_be_another()
    {
        var output = (await Report("table2", "--set", "backbone.width=0.5")).Output;

        Assert.That(
            output,
            Does.Contain($"{File("etr")} --set 'backbone.width=0.5' --set 'baseline=null' --runs")
                .And.Contain($"{File("base")} --set 'backbone.width=0.5' --runs")
        );
    }

    // Seed 0: 0.6 against 0.5 is 20 %, recall the same: 10 %. Seed 1: 0.4 is -20 %: -10 %. Seed 2: 0.7 is 40 %: 20 %.
    // Mean 6.667 %, deviation sqrt((3.333^2 + 16.667^2 + 13.333^2) / 2) = 15.275 %, times 4.303 / sqrt(3): 37.95 %.
    [Test]
    public async Task Seeds_are_compared_in_pairs()
    {
        foreach (var (seed, precision) in new[] { 0.6, 0.4, 0.7 }.Index())
        {
            HandMadeResult.Write(_folder, "x", seed, 0.5, 0.5);
            HandMadeResult.Write(_folder, "y", seed, precision, 0.5, more: Etr);
        }

        var (_, output, _) = await Report("table2", "--set", "seeds=[0,1,2]");

        Assert.That(
            output,
            Does.Match(@"\n ETR +3 \+6\.67 % ±15\.28 -31\.28 to \+44\.61 % 2 of 3 \+6\.67 % .* 2 of 3\n")
                .And.Contain("over n seeds that a run and Conv have in common")
        );
    }

    // Nobody knows what it is of, and the row stays without it.
    [Test]
    public async Task A_damaged_run_is_named_and_left_out()
    {
        WriteRuns();
        System.IO.File.WriteAllText(Path.Combine(_folder.File("runs"), "y", "seed-1", "result.json"), "{");

        var (code, output, error) = await Report("table2");

        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain(Path.Combine("y", "seed-1")).And.Contain("is damaged and is left out: "));
        Assert.That(Line(output, "ETR*"), Does.Match(@"^\s*ETR\*\s+1 "));
    }

    // 0.6 and 0.7 are of most seeds; 0.9 of the third is of other data and does not enter their mean of 0.65.
    [Test]
    public async Task Seeds_of_other_data_are_named_and_left_out()
    {
        foreach (var (seed, precision) in new[] { 0.6, 0.7, 0.9 }.Index())
        {
            var data = HandMadeResult.Data(seed == 2 ? 'b' : 'a');
            HandMadeResult.Write(_folder, "y", seed, precision, 0.5, more: Etr, data: data);
        }

        var (code, output, error) = await Report("table2");

        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain($"{Path.Combine("y", "seed-2")} is left out: ").And.Not.Contain("seed-0"));
        Assert.That(Line(output, "ETR*"), Does.Match(@"^\s*ETR\*\s+2 +0\.6500 "));
        Assert.That(output, Does.Contain("missing ETR, seeds 2: "));
    }

    [Test]
    public async Task A_baseline_of_other_data_leaves_delta_p_open_and_the_table_says_why()
    {
        foreach (var seed in new[] { 0, 1 })
        {
            HandMadeResult.Write(_folder, "x", seed, 0.5, 0.5, data: HandMadeResult.Data('a'));
            HandMadeResult.Write(_folder, "y", seed, 0.6, 0.5, more: Etr, data: HandMadeResult.Data('b'));
        }

        var (code, output, error) = await Report("all");
        var csv = (await Report("all", "--format", "csv")).Output;

        Assert.That(code, Is.Zero, error);
        Assert.That(Line(output, "ETR*"), Does.Match(@" 0\.6000 .* - \| \+25\.0 % "));
        Assert.That(output, Does.Match(@"ETR has no delta_p: \S+ is evaluated on other rows, labels or images than "));
        Assert.That(output, Does.Not.Contain("paired by seed"));
        Assert.That(csv, Does.Contain(" is evaluated on other rows"));
    }

    [Test]
    public async Task The_runs_that_are_done_are_counted()
    {
        WriteRuns();

        Assert.That((await Report("table2")).Output, Does.Contain("\n4 of 5 runs are done"));
    }

    [Test]
    public async Task A_printed_command_can_be_pasted_whatever_paths_and_settings_contain()
    {
        var (_, output, _) = await Report("table2", "--runs", "it's mine", "--set", "init_from='a b'");

        Assert.That(output, Does.Contain(@"--set 'init_from='\''a b'\''' --runs 'it'\''s mine'"));
    }

    [TestCase("tabel2", "there is no table tabel2; expected table1, table2, table3, table4, table5, table6, table7, ")]
    [TestCase("tableS1", "is a row of tableS1")]
    [TestCase("table3", "no file of ")]
    public async Task A_table_that_cannot_be_shown_is_refused(string table, string reason)
    {
        var (code, _, error) = await Report(table);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(reason));
    }

    [Test]
    public async Task Mistakes_of_all_files_are_told_together()
    {
        WriteRow("a", "", "no_key: 1\n", "A", 3, "macs: 0");
        WriteRow("b", "", "", "B", 4, "published: {recall: 1}");

        var (code, _, error) = await Report("all");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("no_key").And.Contain("paper.macs").And.Contain("paper.published.recall"));
    }

    // Their names and folders do not count, nor does a run of another experiment.
    void WriteRuns()
    {
        HandMadeResult.Write(_folder, "x", 0, 0.5, 0.5);
        HandMadeResult.Write(_folder, "x", 1, 0.5, 0.5);
        HandMadeResult.Write(_folder, "y", 0, 0.6, 0.5, more: Etr);
        HandMadeResult.Write(_folder, "y", 1, 0.7, 0.5, more: Etr);
        HandMadeResult.Write(_folder, "z", 2, 0.9, 0.9, more: "routing: {kind: etr, gamma: 0.25}\n");
    }

    void WriteRow(string name, string more, string keys, string method, int line, string paper) =>
        System.IO.File.WriteAllText(
            File(name),
            HandMadeResult.Experiment(name, more)
                + keys
                + $"paper: {{table: 2, row: \"Mine: {method}\", line: {line}, {paper}}}\n"
        );

    string File(string name) => Path.Combine(_folder.File("papers"), $"{name}.yaml");

    Task<(int Code, string Output, string Error)> Report(string table, params string[] more) =>
        Etrnlp.Run([
            "report",
            table,
            "--files",
            _folder.File("papers"),
            .. more.Contains("--runs") ? [] : new[] { "--runs", _folder.File("runs") },
            .. more,
        ]);

    static string Line(string output, string start) =>
        output.Split('\n').Single(line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
}
