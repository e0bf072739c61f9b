using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.Metrics;

/// <summary>The one rule of which numbers may stand beside a baseline's.</summary>
public sealed class CircumstancesTests
{
    static readonly IReadOnlySet<string> Measured = Circumstances.AllOf(
        ["grass", "tiles"],
        [new GroupMetric("attributes", "f", true, null)]
    );

    static readonly Circumstances Base = new(
        "base",
        "runs/base/seed-0",
        Measured,
        "test",
        new SourceDigest("t", "e"),
        "32x32",
        2,
        "float32",
        "[]",
        "1"
    );

    static Circumstances Mine => Base with { Name = "mine", Path = "runs/mine/seed-0" };

    static IEnumerable<TestCaseData> Refused =>
        [
            new TestCaseData(
                Mine with
                {
                    Measured = Circumstances.AllOf(["grass"], [new GroupMetric("attributes", "f", true, null)]),
                },
                "runs/mine/seed-0 does not learn the same as runs/base/seed-0: "
                    + "'tiles' is measured by one of the two only"
            ).SetArgDisplayNames("another attribute"),
            new TestCaseData(
                Mine with
                {
                    Measured = Circumstances.AllOf(
                        ["grass", "tiles"],
                        [new GroupMetric("segmentation", "iou", true, null)]
                    ),
                },
                "attributes.f is measured by one of the two only"
            ).SetArgDisplayNames("another metric"),
            new TestCaseData(
                Mine with
                {
                    Split = "val",
                },
                "runs/mine/seed-0 reports the split val and runs/base/seed-0 reports test"
            ).SetArgDisplayNames("another split"),
            new TestCaseData(
                Mine with
                {
                    Sources = new SourceDigest("t", "other"),
                },
                "runs/mine/seed-0 is evaluated on other rows, labels or images than runs/base/seed-0"
            ).SetArgDisplayNames("other evaluation data"),
        ];

    static IEnumerable<TestCaseData> Remarked =>
        [
            new TestCaseData(Mine, null).SetArgDisplayNames("nothing"),
            new TestCaseData(
                Mine with
                {
                    Measured = null,
                    Split = null,
                    ImageSize = null,
                    Epochs = null,
                    Precision = null,
                    Augment = null,
                    PosWeight = null,
                },
                null
            ).SetArgDisplayNames("what is not known"),
            new TestCaseData(
                Mine with
                {
                    Sources = new SourceDigest("other", "e"),
                },
                "mine and base learned from different training data"
            ).SetArgDisplayNames("training data"),
            new TestCaseData(
                Mine with
                {
                    ImageSize = "48x48",
                },
                "images of 48x48 in mine and 32x32 in base"
            ).SetArgDisplayNames("image size"),
            new TestCaseData(Mine with { Epochs = 3 }, "epochs: 3 in mine and 2 in base").SetArgDisplayNames("epochs"),
            new TestCaseData(
                Mine with
                {
                    Precision = "bfloat16",
                },
                "precision bfloat16 in mine and float32 in base"
            ).SetArgDisplayNames("precision"),
            new TestCaseData(
                Mine with
                {
                    Augment = """[{"kind":"flip","probability":"0.5"}]""",
                },
                """augment [{"kind":"flip","probability":"0.5"}] in mine and [] in base"""
            ).SetArgDisplayNames("augment"),
            new TestCaseData(
                Mine with
                {
                    PosWeight = "grass 3",
                },
                "pos_weight grass 3 in mine and 1 in base"
            ).SetArgDisplayNames("pos_weight"),
            new TestCaseData(
                Mine with
                {
                    Sources = null,
                },
                "data unknown: mine kept no digest of what was learned and evaluated"
            ).SetArgDisplayNames("no digest"),
            new TestCaseData(
                Mine with
                {
                    Name = "base",
                    Epochs = 3,
                },
                "epochs: 3 in runs/mine/seed-0 and 2 in runs/base/seed-0"
            ).SetArgDisplayNames("one name twice"),
        ];

    [TestCaseSource(nameof(Refused))]
    public void Numbers_of_other_tasks_classes_splits_or_evaluation_data_are_refused(
        Circumstances mine,
        string reason
    ) => Assert.That(() => mine.Beside(Base), Throws.TypeOf<DataException>().With.Message.Contains(reason));

    [TestCase("", "[grass]", "[]", "1")]
    [TestCase(", augment: [{kind: flip}]", "[grass], pos_weight: 1", """[{"kind":"flip","probability":"0.5"}]""", "1")]
    [TestCase("", "[tiles, grass], pos_weight: {tiles: 2.5}", "[]", "tiles 2.5")]
    [TestCase("", "[tiles, grass], pos_weight: balanced", "[]", "grass balanced, tiles balanced")]
    public void A_file_says_how_it_augments_and_weighs(string training, string columns, string augment, string weight)
    {
        var text = $$"""
            name: mine
            dataset: {kind: scenes, image_size: 32, train: 4, val: 2, test: 2}
            tasks: [{name: floor, type: attributes, columns: {{columns}}}]
            backbone: {kind: resnet18}
            training: {epochs: 1{{training}}}
            """;

        var circumstances = ExperimentFile.Of("m.yaml", YamlReader.ReadText(text, "m.yaml"), []).Circumstances;

        Assert.That((circumstances.Augment, circumstances.PosWeight), Is.EqualTo((augment, weight)));
    }

    [TestCaseSource(nameof(Remarked))]
    public void What_else_differs_is_said(Circumstances mine, string? remark) =>
        Assert.That(mine.Beside(Base), Is.EqualTo(remark is null ? Array.Empty<string>() : [remark]));
}
