using EtrNlp.Cli.Display;
using EtrNlp.Core.Sweeps;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>The tables of a sweep, from results that were written by hand.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SweepTableTests : IDisposable
{
    readonly TemporaryFolder _runs = new();
    readonly SweepFolder _sweep = new("cases: {three: {}, two: {backbone.width: 0.25}, none: {}}\nseeds: [0, 1, 2]\n");
    readonly SweepTable _table;

    // delta_p is half of (precision - 0.5) / 0.5, that is precision - 0.5: 0.1, 0.2 and 0.3.
    public SweepTableTests()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            HandMadeResult.Write(_runs, "base", seed, 0.5, 0.5);
            HandMadeResult.Write(_runs, "three", seed, 0.6 + 0.1 * seed, 0.5);
        }

        HandMadeResult.Write(_runs, "two", 0, 0.6, 0.5);
        HandMadeResult.Write(_runs, "two", 2, 0.6, 0.5);
        _table = new SweepTable(_sweep.Plan() with { Folder = _runs.File("runs") }, []);
    }

    public void Dispose()
    {
        _runs.Dispose();
        _sweep.Dispose();
    }

    // Half the interval: 4.303 * 0.1 / sqrt(3) = 0.2484.
    [Test]
    public void Table_csv_ends_in_the_paired_difference_with_its_interval()
    {
        var rows = _table.Csv().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','));
        var (headers, three, two) = (rows.First(), rows.ElementAt(2), rows.ElementAt(3));

        Assert.That(
            headers[^12..],
            Is.EqualTo(
                new[]
                {
                    "delta_p.paired.n",
                    "delta_p.paired.task_mean.mean",
                    "delta_p.paired.task_mean.std",
                    "delta_p.paired.task_mean.low_95",
                    "delta_p.paired.task_mean.high_95",
                    "delta_p.paired.task_mean.wins",
                    "delta_p.paired.metric_mean.mean",
                    "delta_p.paired.metric_mean.std",
                    "delta_p.paired.metric_mean.low_95",
                    "delta_p.paired.metric_mean.high_95",
                    "delta_p.paired.metric_mean.wins",
                    "delta_p.paired.remark",
                }
            )
        );
        Assert.That(
            three[^12..^6].Select(Number),
            Is.EqualTo(new[] { 3, 0.2, 0.1, 0.2 - 0.2484, 0.2 + 0.2484, 3 }).Within(5e-5)
        );
        Assert.That((three[^1], two[^12], two[^1]), Is.EqualTo(("", "2", "too few seeds to tell")));
        Assert.That(two[^9..^7], Is.All.Empty);
        Assert.That(rows.ElementAt(1)[^12..], Is.All.Empty, "the baseline");
        Assert.That(rows.ElementAt(4)[^12..], Is.All.Empty, "a case without a result");
    }

    [Test]
    public void Table_md_has_a_table_of_it()
    {
        var text = _table.Markdown();

        Assert.That(
            text,
            Does.Contain(
                    """
                    | delta_p paired by seed | n | task mean | 95 % | wins | metric mean | 95 % | wins |
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                    | three | 3 | +20.00 % ±10.00 | -4.84 to +44.84 % | 3 of 3 |
                     +20.00 % ±10.00 | -4.84 to +44.84 % | 3 of 3 |
                    | two | 2 | +10.00 % ±0.00 | too few seeds to tell | 2 of 2 |
                     +10.00 % ±0.00 | too few seeds to tell | 2 of 2 |

                    - paired by seed: over n seeds that a run and base have in common;
                    """.ReplaceLineEndings("\n")
                        .Replace("|\n +", "| +", StringComparison.Ordinal)
                )
                .And.Contain("- two: paired over the common seeds 0, 2 only\n")
        );
    }

    [Test]
    public void Json_has_it_beside_the_numbers()
    {
        var rows = _table.Json()["configurations"]!.AsArray();

        Assert.That(
            rows.Select(row => row!["paired"]?["seeds"]!.ToJsonString()),
            Is.EqualTo(new[] { null, "[0,1,2]", "[0,2]", null })
        );
        Assert.That(
            rows[1]!["paired"]!["task_mean"]!["low_95"]!.GetValue<double>(),
            Is.EqualTo(0.2 - 0.2484).Within(5e-5)
        );
        Assert.That(rows[2]!["paired"]!["remark"]!.GetValue<string>(), Is.EqualTo("too few seeds to tell"));
    }

    static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Test]
    public void A_run_that_failed_stands_below_with_the_end_of_its_log()
    {
        var sweep = _sweep.Plan() with { Folder = _runs.File("runs") };
        var failed = new FailedRun(sweep.Runs[^1], "its job 2_1 ended as FAILED", ["one line", "CUDA out of memory"]);
        var table = new SweepTable(sweep, [failed]);

        Assert.That(
            table.Markdown(),
            Does.EndWith("\n\nnone seed 2: its job 2_1 ended as FAILED\n\n    one line\n    CUDA out of memory\n")
        );
        var told = table.Json()["failed"]![0]!;
        Assert.That(told["last_lines"]![1]!.GetValue<string>(), Is.EqualTo("CUDA out of memory"));
    }
}
