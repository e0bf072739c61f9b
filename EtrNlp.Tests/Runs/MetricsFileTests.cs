using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class MetricsFileTests
{
    [Test]
    public void Rows_are_invariant_complete_and_quoted_where_needed()
    {
        using var folder = new TemporaryFolder();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = WithComma();
            var metrics = new MetricsFile(folder.File("metrics.csv"));
            metrics.Truncate(0);
            metrics.AppendTraining(12, [("a", 0.1 + 0.2)], []);
            metrics.AppendEvaluation(
                12,
                Scores(
                    1e-7,
                    new MetricValue("hat, \"red\"", "f", 1.0 / 3),
                    new MetricValue("b", "f", null),
                    new MetricValue("", "f", double.NaN)
                )
            );
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        // 0.1 + 0.2 and 1/3 in the fewest digits that read back as the same double.
        Assert.That(
            File.ReadAllText(folder.File("metrics.csv")),
            Is.EqualTo(
                """"
                epoch,split,task,part,metric,value
                12,train,a,,loss,0.30000000000000004
                12,val,a,,loss,1E-07
                12,val,a,"hat, ""red""",f,0.3333333333333333
                12,val,a,b,f,
                12,val,a,,f,

                """"
            )
        );
    }

    [Test]
    public void A_torn_last_line_is_cut_off()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("metrics.csv");
        var metrics = new MetricsFile(path);
        metrics.Truncate(0);
        var length = metrics.AppendTraining(1, [("a", 0.5)], []);
        File.AppendAllText(path, "2,train,a,,lo");

        metrics.Truncate(length);
        metrics.AppendTraining(2, [("a", 0.25)], []);

        Assert.That(
            File.ReadAllText(path),
            Is.EqualTo("epoch,split,task,part,metric,value\n1,train,a,,loss,0.5\n2,train,a,,loss,0.25\n")
        );
    }

    [Test]
    public void A_file_shorter_than_its_checkpoint_knows_is_refused()
    {
        using var folder = new TemporaryFolder();

        var refusal = Assert.Throws<DataException>(() => new MetricsFile(folder.File("metrics.csv")).Truncate(100));

        Assert.That(
            refusal.Message,
            Does.StartWith(folder.File("metrics.csv") + " has 0 bytes and its checkpoint knows of 100; ")
        );
    }

    [Test]
    public void What_is_removed_or_changed_during_a_run_is_said_and_written_again()
    {
        using var folder = new TemporaryFolder();
        var (path, said) = (folder.File("metrics.csv"), new List<string>());
        var metrics = new MetricsFile(path, said.Add);
        metrics.Truncate(0);
        metrics.AppendTraining(1, [("a", 0.5)], []);
        File.Delete(path);
        metrics.AppendTraining(2, [("a", 0.25)], []);
        File.AppendAllText(path, "mine");
        metrics.AppendTraining(3, [("a", 0.125)], []);

        Assert.That(
            File.ReadAllText(path),
            Is.EqualTo(
                "epoch,split,task,part,metric,value\n1,train,a,,loss,0.5\n2,train,a,,loss,0.25\n3,train,a,,loss,0.125\n"
            )
        );
        Assert.That(
            said,
            Is.EqualTo(
                new[]
                {
                    $"{path} was removed during the run; all its rows are written again",
                    $"{path} was changed during the run; all its rows are written again",
                }
            )
        );
    }

    [Test]
    public void A_file_of_something_else_is_not_continued()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("metrics.csv");
        File.WriteAllText(path, new string('x', 100));

        Assert.That(
            () => new MetricsFile(path).Truncate(50),
            Throws.InstanceOf<DataException>().With.Message.StartsWith($"{path} does not begin with its header")
        );
        Assert.That(File.ReadAllText(path), Has.Length.EqualTo(100));
    }

    // Two groups share the name f, a and b are of one group: means 0.5 and 0.25; recall has one group.
    [Test]
    public void The_last_validation_keeps_groups_apart_that_share_a_metric()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("metrics.csv"),
            """
            epoch,split,task,part,metric,value
            1,val,a,x,f,1
            2,val,a,x,f,0.75
            2,val,a,x,recall,0.125
            2,val,b,y,f,0.25
            2,val,c,z,f,0.25

            """
        );

        var found = MetricsFile.LastValidation(
            folder.File("metrics.csv"),
            task => task == "c" ? "other" : "attributes"
        );

        Assert.That(found!.Value.Epoch, Is.EqualTo(2));
        Assert.That(
            found.Value.Means,
            Is.EqualTo(new[] { ("attributes.f", 0.5), ("recall", 0.125), ("other.f", 0.25) })
        );
    }

    static CultureInfo WithComma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        return culture;
    }

    static Evaluation Scores(double loss, params ImmutableArray<MetricValue> values) =>
        new(
            Split.Val,
            [
                new TaskScores(
                    "a",
                    "attributes",
                    [new MetricKind("f", HigherIsBetter: true, InDeltaP: true)],
                    loss,
                    values,
                    []
                ),
            ]
        );
}
