using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.CelebA;

/// <summary>The same command trains on CelebA's files in every layout, to the same bits.</summary>
public sealed class CelebATrainingTests
{
    CelebATree _official = null!;

    [OneTimeSetUp]
    public async Task TrainOnTheOfficialOne()
    {
        _official = new CelebATree();
        _official.Official();
        await Train(_official);
    }

    [OneTimeTearDown]
    public void Forget() => _official.Dispose();

    static IEnumerable<TestCaseData> Layouts =>
        [
            Layout("flat", tree => tree.Flat()),
            Layout("flat below celeba", tree => tree.Flat("celeba")),
            Layout("csv", tree => tree.Csv("img_align_celeba")),
        ];

    [TestCaseSource(nameof(Layouts))]
    public async Task A_layout_gives_the_bits_of_the_official_one(Delegate write)
    {
        using var other = new CelebATree();
        write.DynamicInvoke(other);

        await Train(other);

        RunState.Of(CelebATraining.Folder(other)).AssertEquals(RunState.Of(CelebATraining.Folder(_official)));
    }

    static async Task Train(CelebATree tree)
    {
        var (code, output, error) = await CelebATraining.Run(tree, "train");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("wearings"));
    }

    [TestCase("celeba8", "celeba-etr-nlp, 8 tasks, ")]
    [TestCase("celeba40", "celeba-etr-nlp, 40 tasks, ")]
    public async Task Both_presets_fit(string preset, string expected)
    {
        using var tree = new CelebATree();
        tree.Official();

        var (code, output, error) = await CelebATraining.Run(tree, "validate", settings: [$"tasks={preset}"]);

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain(expected));
    }

    static TestCaseData Layout(string name, Action<CelebATree> write) =>
        new TestCaseData(write).SetArgDisplayNames(name);
}
