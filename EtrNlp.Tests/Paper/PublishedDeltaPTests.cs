using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using NUnit.Framework;

namespace EtrNlp.Tests.Paper;

/// <summary>
/// The delta_p that the paper prints follow from the metrics that it prints beside them, by the mean over metrics.
/// </summary>
public sealed class PublishedDeltaPTests
{
    // Half of the last digit, a tenth of a percent, and what doubles add.
    const double Rounding = 0.0005 + 1e-9;

    static readonly string[] LowerIsBetter = ["_err", "_angle"];

    static IEnumerable<string> Compared => PaperFiles.Rows.Where(file => DeltaPOf(file) is not null);

    [TestCaseSource(nameof(Compared))]
    public void It_follows_from_the_row_and_that_of_its_baseline(string file)
    {
        var baseline = PaperFiles.Row(PaperFiles.Read(file).Experiment.Baseline!)!;

        Assert.That(
            DeltaP.Between(Metrics(PaperFiles.Row(file)!), Metrics(baseline)).MetricMean,
            Is.EqualTo(DeltaPOf(file)).Within(Rounding)
        );
    }

    // Twelve rows of Table 2, eight of Table 3, twelve of Table 4, and seven each of Tables 5 and 6.
    [Test]
    public void Every_row_that_is_compared_has_a_file() =>
        Assert.That(Compared.Count(), Is.EqualTo(12 + 8 + 12 + 7 + 7));

    // Only here the two ways to average differ, and only the mean over metrics gives what is printed.
    [Test]
    public void The_mean_over_groups_of_metrics_gives_none_of_Tables_5_and_6()
    {
        var dense = Compared.Where(file => PaperFiles.Row(file)!.Table is "5" or "6").ToArray();

        Assert.That(
            dense.Where(file =>
                Math.Abs(
                    DeltaP
                        .Between(
                            Metrics(PaperFiles.Row(file)!),
                            Metrics(PaperFiles.Row(PaperFiles.Read(file).Experiment.Baseline!)!)
                        )
                        .TaskMean!.Value - DeltaPOf(file)!.Value
                ) <= Rounding
            ),
            Is.Empty
        );
    }

    // Table 1 prints F to a tenth of a percent and delta_p of more digits of it: half a tenth of 63 is another 0.08 %.
    [Test]
    public void It_follows_from_F_in_Table_1()
    {
        var rows = PaperFiles.SweptRows.Where(row => row.Table == "1").ToArray();
        var baseline = rows.Single(row => row.Row == "Standard learnable convolution");
        var compared = rows.Where(row => row != baseline).ToArray();

        Assert.That(compared, Has.Length.EqualTo(10));
        foreach (var row in compared)
        {
            Assert.That(
                DeltaP.Between(Metrics(row), Metrics(baseline)).MetricMean,
                Is.EqualTo(Value(row, PaperRow.DeltaPName)).Within(Rounding + (0.0005 / 0.63)),
                row.Row
            );
        }
    }

    static double? DeltaPOf(string file) => Value(PaperFiles.Row(file)!, PaperRow.DeltaPName);

    static double? Value(PaperRow row, string name) =>
        row.Published.Where(pair => pair.Key == name).Select(pair => (double?)pair.Value).FirstOrDefault();

    static GroupMetric[] Metrics(PaperRow row) =>
        [
            .. from pair in row.Published
            where pair.Key != PaperRow.DeltaPName
            let name = pair.Key.Split('.', 2)
            select new GroupMetric(
                name[0],
                name[1],
                !LowerIsBetter.Any(end => name[1].EndsWith(end, StringComparison.Ordinal)),
                pair.Value
            ),
        ];
}
