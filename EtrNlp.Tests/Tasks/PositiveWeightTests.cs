using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Tests.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Tasks;

/// <summary>How <c>pos_weight</c> of attributes is written and what it comes to.</summary>
public sealed class PositiveWeightTests
{
    [TestCase("3", new[] { 3.0, 3 })]
    [TestCase("{red: 1.5}", new[] { 1, 1.5 })]
    [TestCase("{red: 2, round: 0.5}", new[] { 0.5, 2 })]
    [TestCase("balanced", new[] { 1.0, 1 })]
    public void It_is_a_number_or_one_by_column(string written, double[] expected) =>
        Assert.That(Read($", pos_weight: {written}").Kind.PosWeights, Is.EqualTo(expected));

    [TestCase("")]
    [TestCase(", pos_weight: ~")]
    public void Without_it_the_file_and_the_loss_are_what_they_were(string written)
    {
        var (kind, resolved) = Read(written);

        Assert.That(kind.PosWeights, Is.Empty);
        Assert.That(YamlWriter.Write(resolved), Does.Not.Contain("pos_weight"));
    }

    [TestCase("{rund: 2}", "pos_weight: the task has no column 'rund'; did you mean 'round'?")]
    [TestCase("0", "pos_weight: expected a number from 0.001 to 1000000, such numbers by column, or 'balanced', got ")]
    [TestCase("{red: -1}", "pos_weight.red: expected a number from 0.001 to 1000000, got ")]
    [TestCase("even", "pos_weight: expected a number from 0.001 to 1000000, such numbers by column, or 'balanced', ")]
    public void A_mistake_is_named_with_its_place(string written, string expected) =>
        Assert.That(
            () => Read($", pos_weight: {written}"),
            Throws.TypeOf<ConfigException>().With.Message.Contains($"tasks.0.{expected}").And.Message.StartsWith("f(1,")
        );

    // Of train x is known to hold once and not to three times; y always holds; of z one label is known.
    [Test]
    public void Balanced_counts_what_train_knows()
    {
        using var folder = new ImageFolder();
        string[] rows =
        [
            "train,1,1,",
            "train,0,1,0",
            "train,,1,",
            "train,0,1,",
            "train,0,1,",
            "val,1,0,1",
            "val,1,0,1",
        ];
        foreach (var i in Enumerable.Range(0, rows.Length))
        {
            folder.Paint($"{i}.png", SKColors.Red);
        }

        File.WriteAllText(
            folder.At("labels.csv"),
            "image,split,x,y,z\n" + string.Concat(rows.Select((row, i) => $"{i}.png,{row}\n"))
        );
        var source = new Data.ImageTable.ImageTable(
            new TableFormat(folder.Path, "labels.csv", "image", "split", Separator.Auto),
            ImageSizing.Stretch(new(8, 8)),
            PixelNormalization.None
        );
        using var dataset = source.Open(folder.Request("y", "x", "z"), default);
        var balanced = new PositiveWeight(null, [], IsBalanced: true);

        var tasks = TaskLabels.In(
            dataset,
            [
                new LearningTask("first", new Attributes(["y"]) { PosWeight = balanced }),
                new LearningTask("second", new Attributes(["x", "z"]) { PosWeight = balanced }),
                new LearningTask("third", new Attributes([])),
            ]
        );

        var kinds = tasks.Select(task => (Attributes)task.Kind).ToArray();
        Assert.That(kinds[0].PosWeights, Is.EqualTo(new[] { 1.0 }));
        Assert.That(kinds[1].PosWeights, Is.EqualTo(new[] { 3.0, 1 }));
        Assert.That(kinds[2].PosWeights, Is.Empty);
        Assert.That(kinds.Select(kind => kind.HasUnknown), Is.EqualTo(new[] { false, true, false }));
    }

    static (Attributes Kind, ConfigNode Resolved) Read(string key)
    {
        var reading = new Reading();
        var node = YamlReader.ReadText($"[{{name: t, type: attributes, columns: [round, red]{key}}}]", "f");
        var parsed = TaskList.Type.Read(node, "tasks", reading);
        reading.ThrowIfWrong();
        return ((Attributes)parsed!.Value[0].Kind, parsed.Resolved);
    }
}
