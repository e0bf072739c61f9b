using System.Globalization;
using System.Text.RegularExpressions;
using EtrNlp.Cli.Display;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Files;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>One table in every format, beside numbers worked by hand in <see cref="MadeUpTable"/>.</summary>
public sealed class ReportFormatsTests
{
    static readonly string[] Headers =
    [
        "row",
        "n",
        "attributes.precision",
        "attributes.recall",
        "delta_p metric mean",
        "delta_p task mean",
        "#P",
        "#F",
    ];

    // 0.6 of ours and 0.58 of the paper's: 10 and 8 % on average over precision and recall.
    const string SecondMethod =
        "0.6000 ±0.0100 | 0.58 | +0.0200, 0.5000 ±0.0000 | 0.5 | 0.0000, "
        + "+10.00 % | +8.0 % | +2.0 %, +10.00 % | +8.0 % | +2.0 %";

    MadeUpTable _table = null!;

    [SetUp]
    public void Make_it_up() => _table = new MadeUpTable();

    [TearDown]
    public void Remove_it() => _table.Dispose();

    [Test]
    public async Task Text_has_a_line_for_every_row()
    {
        var (code, output, error) = await _table.Report();

        var lines = output.Split('\n').Select(line => line.Trim()).ToArray();
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(lines[2], Does.Match(string.Join(" +", Headers.Select(Regex.Escape))));
        Assert.That(
            lines[4..12].Select((line, i) => line[..MadeUpTable.Names[i].Length]),
            Is.EqualTo(MadeUpTable.Names)
        );
        Assert.That(
            lines[6],
            Does.Match("^ETR 0.25 +3 +" + Regex.Escape(SecondMethod).Replace(",\\ ", " +", StringComparison.Ordinal))
        );
    }

    [Test]
    public async Task Markdown_has_the_same_rows_and_columns()
    {
        var lines = (await _table.Report("--format", "markdown")).Output.Split('\n');

        var table = lines[2..].TakeWhile(line => line.Length > 0).Select(Cells).ToArray();
        Assert.That(lines[0], Is.EqualTo("## Table 2, Scenes"));
        Assert.That(table[0], Is.EqualTo(Headers));
        Assert.That(table.Select(row => row.Length), Is.All.EqualTo(Headers.Length));
        Assert.That(table[2..].Select(row => row[0].TrimEnd('*')), Is.EqualTo(MadeUpTable.Names));
        Assert.That(string.Join(", ", table[4][2..6]), Is.EqualTo(SecondMethod));
    }

    [Test]
    public async Task Csv_has_the_same_numbers_unrounded()
    {
        using var text = new StringReader((await _table.Report("--format", "csv")).Output);

        var rows = CsvText.Rows(text).ToArray();
        Assert.That(rows.Select(row => row.Length), Is.All.EqualTo(7 + (4 * (Headers.Length - 2)) + 12));
        Assert.That(rows[1..].Select(row => row[Array.IndexOf(rows[0], "row")]), Is.EqualTo(MadeUpTable.Names));
        Assert.That(Of(3, "table"), Is.EqualTo("2"));
        Assert.That(Of(3, "problem"), Is.EqualTo("Scenes"));
        Assert.That(
            new[] { "mean", "std", "paper", "difference" }.Select(name => Number(3, $"attributes.precision.{name}")),
            Is.EqualTo(new[] { 0.6, 0.01, 0.58, 0.02 }).Within(1e-12)
        );
        Assert.That(Number(3, "delta_p.task_mean.mean"), Is.EqualTo(0.1).Within(1e-12));
        Assert.That(Of(3, "delta_p.paired.task_mean.wins"), Is.EqualTo("3"));
        Assert.That(Of(4, "note"), Is.EqualTo(MadeUpTable.Note));
        Assert.That((Of(7, "n"), Of(7, "missing_seeds")), Is.EqualTo(("2", "2")));
        Assert.That((Of(8, "n"), Of(8, "missing_seeds")), Is.EqualTo(("0", "0 1 2")));
        Assert.That(Of(8, "command"), Is.EqualTo($"etrnlp train {_table.FileOf(7)} --runs {_table.Runs}"));
        Assert.That(Of(8, "attributes.precision.mean"), Is.Empty);

        string Of(int row, string header) => rows[row][Array.IndexOf(rows[0], header)];
        double Number(int row, string header) => double.Parse(Of(row, header), CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task Latex_has_three_lines_for_every_row()
    {
        var lines = (await _table.Report("--format", "latex")).Output.Split('\n');

        var end = Array.IndexOf(lines, @"\end{tabular}}");
        var table = lines[..end].Where(line => line.EndsWith(@" \\", StringComparison.Ordinal)).ToArray();
        Assert.That(table, Has.Length.EqualTo(1 + (3 * MadeUpTable.Names.Length)));
        Assert.That(table.Select(Columns), Is.All.EqualTo(Headers.Length));
        Assert.That(
            table[7..10].Select(line => string.Join(" & ", line.Split(" & ")[..3])),
            Is.EqualTo([
                @"ETR 0.25 & 3 & 0.6000 $\pm$0.0100",
                @"\quad paper &  & 0.58",
                @"\quad difference &  & +0.0200",
            ])
        );
        Assert.That(
            table[10],
            Does.StartWith(
                @"50 \% \& a\_\{b\} \#1 \textasciitilde{}\textasciicircum{}\textbackslash{} \$x \textbar{} "
                    + @"\texttt{\char34}c\texttt{\char34}* & 3 &"
            )
        );

        static int Columns(string line) => line.Replace(@"\&", "", StringComparison.Ordinal).Split('&').Length;
    }

    [TestCase("-4.84 to -1.20 %", @"$-$4.84 to $-$1.20 \%")]
    [TestCase("+4.84 ±0.10", @"+4.84 $\pm$0.10")]
    [TestCase("-", "-{}")]
    public void Latex_sets_a_minus_before_every_number(string text, string expected) =>
        Assert.That(Latex.Number(text), Is.EqualTo(expected));

    // Three times six rows that are compared with the first.
    [Test]
    public void Latex_divides_the_paired_table_as_it_does_the_other()
    {
        var finished = FinishedExperiments.Below(_table.Runs);
        var table = new PaperTables(["2"], [], finished).In(Path.GetDirectoryName(_table.FileOf(0))!).Single();

        var longer = table with { Rows = [.. table.Rows, .. table.Rows, .. table.Rows] };
        var latex = ReportLatex.Of(new ReportSheet(longer, _ => ""));

        Assert.That(latex, Does.Contain(@"\caption{Table 2, Scenes (1 of 2): delta\_p paired by seed}"));
        Assert.That(latex, Does.Contain(@"\caption{Table 2, Scenes (2 of 2): delta\_p paired by seed}"));
    }

    // Its page has every row, and nothing that is wider than the page or that a font lacks.
    [Test]
    public async Task Latex_compiles()
    {
        var table = (await _table.Report("--format", "latex")).Output;

        var (log, page) = OtherSoftware.Latex(
            $"\\documentclass{{article}}\n\\usepackage{{graphicx}}\n\\begin{{document}}\n{table}\\end{{document}}\n"
        );

        Assert.That(log, Does.Not.Contain("Overfull").And.Not.Contain("Missing character").And.Not.Contain("Warning"));
        Assert.That(page, Does.Contain("Table 2, Scenes").And.Contain("MGDA-UB").And.Contain("0.6000 ±0.0100"));
        Assert.That(page, Does.Contain("--runs").And.Contain("it <cannot> be -- 'as printed'"));
    }

    [Test]
    public async Task An_unknown_format_is_refused()
    {
        var (code, _, error) = await _table.Report("--format", "markdwon");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(
            error,
            Does.Contain("--format markdwon: expected text, markdown, csv, latex; did you mean 'markdown'?")
        );
    }

    static string[] Cells(string line) =>
        [
            .. line.Replace("\\|", "\0", StringComparison.Ordinal)
                .Trim('|')
                .Split('|')
                .Select(cell => cell.Trim().Replace('\0', '|')),
        ];
}
