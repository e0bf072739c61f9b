using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>The same command trains on Cityscapes in every layout.</summary>
public sealed class CityscapesTrainingTests
{
    static IEnumerable<TestCaseData> Layouts =>
        [
            Layout("official", tree => tree.Official()),
            Layout("official, inverse metres", tree => tree.Official("cityscapes/"), "dataset.depth=inverse_metres"),
            Layout("pack", tree => tree.Pack()),
            Layout("pack below low_res", tree => tree.Pack("low_res/")),
            Layout("pack with one folder of labels", tree => tree.Pack(labels: "label")),
            Layout(
                "nineteen classes",
                tree => tree.Official(),
                "dataset.classes=19",
                "tasks=[{name: flat, type: classes, classes: cityscapes19}, {name: depth, type: depth}]"
            ),
        ];

    [TestCaseSource(nameof(Layouts))]
    public async Task A_layout_trains(Delegate write, string[] settings)
    {
        using var tree = new CityscapesTree();
        write.DynamicInvoke(tree);

        var (code, output, error) = await CityscapesTraining.Run(tree, "train", settings: settings);

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("flat").And.Contains("depth").And.Contains("delta_p"));
    }

    static TestCaseData Layout(string name, Action<CityscapesTree> write, params string[] settings) =>
        new TestCaseData(write, settings).SetArgDisplayNames(name);
}
