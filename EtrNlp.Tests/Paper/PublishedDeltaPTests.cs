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

    // Table 1 prints F to a tenth of a percent, and delta_p of the two digits more that Table S1 prints of it.
    [Test]
    public void That_of_Table_1_follows_from_F_in_Table_S1()
    {
        var (rows, full) = (Swept("1"), Swept("S1"));
        var baseline = rows.Single(row => row.Row == "Standard learnable convolution");
        var compared = rows.Where(row => row != baseline).ToArray();

        Assert.That(compared, Has.Length.EqualTo(10));
        foreach (var row in compared)
        {
            var improvements = full.Where(one => Math.Abs(F(one) - F(row)) <= 0.0005 + 1e-9)
                .Where(one => row.Configuration is null || one.Configuration == row.Configuration)
                .Select(one => (F(one) - F(baseline)) / F(baseline));
            Assert.That(improvements, Has.Some.EqualTo(row.Of(PaperRow.DeltaPName)).Within(Rounding), row.Row);
        }

        static PaperRow[] Swept(string table) => [.. PaperFiles.SweptRows.Where(row => row.Table == table)];
        static double F(PaperRow row) => row.Of("attributes.f")!.Value;
    }

    static double? DeltaPOf(string file) => PaperFiles.Row(file)!.Of(PaperRow.DeltaPName);

    static IReadOnlyList<GroupMetric> Metrics(PaperRow row) => row.Measured;
}
