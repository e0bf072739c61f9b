using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Metrics;

/// <summary>What a search ranks by, from rows of a hand-made metrics.csv.</summary>
public sealed class ValidationMetricTests
{
    const string Attributes = "[{name: ground, type: attributes, columns: [grass, tiles]}, "
        + "{name: light, type: attributes, columns: [dim_light]}]";

    const string Dense = "[{name: depth, type: depth}, {name: look, type: normals}]";

    static readonly MetricRow[] Rows =
    [
        new(1, "val", "ground", "grass", "f", 0.9),
        new(1, "val", "ground", "tiles", "f", 0.3),
        new(1, "val", "ground", "", "f", 0.6),
        new(1, "val", "light", "dim_light", "f", 0.3),
        new(1, "val", "light", "", "f", 0.3),
        new(1, "test", "ground", "grass", "f", 0.1),
        new(1, "test", "ground", "tiles", "f", 0.1),
        new(1, "test", "light", "dim_light", "f", 0.1),
        new(1, "val", "ground", "grass", "recall", 0.2),
        new(2, "val", "ground", "grass", "f", null),
        new(2, "val", "ground", "tiles", "f", 0.4),
        new(2, "val", "ground", "", "f", 0.4),
        new(2, "val", "light", "dim_light", "f", 0.8),
        new(2, "val", "light", "", "f", 0.8),
        new(3, "val", "ground", "grass", "f", null),
    ];

    // (0.9 + 0.3 + 0.3) / 3: every attribute counts once, whichever task it is of.
    [TestCase("mean.f", 1, 0.5)]
    [TestCase("ground.f", 1, 0.6)]
    [TestCase("light.f", 1, 0.3)]
    [TestCase("mean.f", 2, 0.6)] // what has no value is left out, as in tables
    [TestCase("mean.f", 3, null)]
    [TestCase("mean.f", 4, null)]
    public void It_is_of_one_epoch_of_the_validation_split(string name, int epoch, double? expected) =>
        Assert.That(Of(Attributes, name).At(Rows, epoch), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void A_task_without_parts_counts_itself()
    {
        MetricRow[] rows =
        [
            new(5, "val", "depth", "", "abs_err", 1.5),
            new(5, "val", "look", "", "mean_angle", 20),
        ];

        Assert.That(Of(Dense, "mean.abs_err").At(rows, 5), Is.EqualTo(1.5));
        Assert.That(Of(Dense, "look.mean_angle").At(rows, 5), Is.EqualTo(20));
    }

    [TestCase(Attributes, "mean.f", true)]
    [TestCase(Dense, "depth.abs_err", false)]
    [TestCase(Dense, "mean.mean_angle", false)]
    [TestCase(Dense, "look.within_30", true)]
    public void Its_direction_is_that_of_the_metric(string tasks, string name, bool higherIsBetter) =>
        Assert.That(Of(tasks, name).HigherIsBetter, Is.EqualTo(higherIsBetter));

    [Test]
    public void Where_groups_share_a_metric_its_means_are_named_by_them()
    {
        const string Both = "[{name: a, type: attributes, columns: [grass]}, "
            + "{name: c, type: choice, column: weather, classes: [sun, rain]}]";

        var names = All(Both).Select(metric => metric.Name).ToArray();

        Assert.That(names, Does.Contain("mean.attributes.f").And.Contain("mean.choice.f").And.Contain("mean.recall"));
        Assert.That(names, Does.Not.Contain("mean.f"));
        Assert.That(
            Of(Both, "mean.choice.f")
                .At([new(1, "val", "a", "grass", "f", 0.5), new(1, "val", "c", "rain", "f", 0.25)], 1),
            Is.EqualTo(0.25)
        );
    }

    static ValidationMetric Of(string tasks, string name) => All(tasks).Single(metric => metric.Name == name);

    static IEnumerable<ValidationMetric> All(string tasks)
    {
        const string Dataset = "dataset: {kind: scenes, image_size: 32, train: 4, val: 2, test: 2}";
        var backbone = tasks == Dense ? "segnet" : "resnet18";
        var text = $"name: x\n{Dataset}\ntasks: {tasks}\nbackbone: {{kind: {backbone}}}\n";
        var file = ExperimentFile.Of("x.yaml", YamlReader.ReadText(text, "x.yaml"), []);
        return ValidationMetric.Of(file.Experiment.Tasks);
    }
}
