using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Scenes;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.ImageTable;

/// <summary>The same data is the same wherever it lies; other labels, rows, splits or pixels are other data.</summary>
sealed class DataDigestTests
{
    const string Table = "image,split,x,y\na.png,train,1,0\nb.png,train,0,0\nc.png,val,0,1\nd.png,test,1,1\n";

    static IEnumerable<TestCaseData> Same =>
        [
            Case(
                "-1 and 1 instead of 0 and 1",
                folder => Rewrite(folder, text => text.Replace("1,0\n", "1,-1\n").Replace("0,0\n", "0,-1\n"))
            ),
            Case(
                "other columns beside",
                folder =>
                    Rewrite(
                        folder,
                        text =>
                            text.Replace("split,x", "split,z,x")
                                .Replace("train,", "train,5,")
                                .Replace("val,", "val,6,")
                                .Replace("test,", "test,7,")
                    )
            ),
            Case(
                "other file names",
                folder =>
                {
                    File.Move(folder.At("a.png"), folder.At("renamed.png"));
                    Rewrite(folder, text => text.Replace("a.png", "renamed.png"));
                }
            ),
            Case("another word for a split", folder => Rewrite(folder, text => text.Replace(",val,", ",Validation,"))),
        ];

    static IEnumerable<TestCaseData> Other =>
        [
            Case(
                "the labels are others",
                folder => Rewrite(folder, text => text.Replace("a.png,train,1,0", "a.png,train,0,0"))
            ),
            Case(
                "the labels are others",
                folder => Rewrite(folder, text => text.Replace("a.png,train,1,0", "a.png,train,1,"))
            ),
            Case("the splits are others", folder => Rewrite(folder, text => text.Replace("b.png,train", "b.png,val"))),
            Case("the pixels are others", folder => folder.Paint("d.png", SKColors.Green)),
            Case(
                "the labels and the splits are others",
                folder => Rewrite(folder, text => text.Replace("b.png,train,0,0", "b.png,test,0,1"))
            ),
            Case(
                "it was made from 4 rows and there are 3",
                folder => Rewrite(folder, text => text.Replace("b.png,train,0,0\n", ""))
            ),
            Case(
                "the rows stand in another order",
                folder =>
                    Rewrite(
                        folder,
                        text => text.Replace("a.png,train,1,0\nb.png,train,0,0\n", "b.png,train,0,0\na.png,train,1,0\n")
                    )
            ),
        ];

    [TestCaseSource(nameof(Same))]
    public void What_is_computed_from_the_same_numbers_is_the_same_data(string _, Action<ImageFolder> change)
    {
        var (before, after) = Around(change);

        Assert.That(after.DifferenceFrom(before), Is.Null);
    }

    [TestCaseSource(nameof(Other))]
    public void What_changed_is_said(string said, Action<ImageFolder> change)
    {
        var (before, after) = Around(change);

        Assert.That(after.DifferenceFrom(before), Is.EqualTo(said));
    }

    // python3: sha256(b"x\ny\n" + bytes([1, 0, 0, 0, 0, 1, 1, 1])).hexdigest()
    [Test]
    public void The_labels_of_a_table_that_knows_all_are_what_they_always_were()
    {
        using var folder = Painted();

        Assert.That(Of(folder).Labels, Is.EqualTo("a74b510ba27b7031caf62222fd8bf84efb89f2a5b430b0d7f7c4c43b80829675"));
    }

    [Test]
    public void A_copy_in_another_place_is_the_same_data()
    {
        using ImageFolder here = Painted(),
            there = Painted();

        Assert.That(Of(there), Is.EqualTo(Of(here)));
    }

    [Test]
    public void Another_size_and_order_leave_what_runs_are_compared_by()
    {
        var (before, after) = Around(folder =>
            Rewrite(
                folder,
                text => text.Replace("a.png,train,1,0\nb.png,train,0,0\n", "b.png,train,0,0\na.png,train,1,0\n")
            )
        );
        using var folder = Painted();

        Assert.That(after.Sources, Is.EqualTo(before.Sources));
        Assert.That(Of(folder, "6").Sources, Is.EqualTo(before.Sources));
        Assert.That(Of(folder, "6").Pixels, Is.Not.EqualTo(before.Pixels));
    }

    [Test]
    public void What_is_learned_from_and_what_is_evaluated_are_told_apart()
    {
        var (whole, training) = Around(folder =>
            Rewrite(folder, text => text.Replace("a.png,train,1", "a.png,train,0"))
        );
        var (_, evaluation) = Around(folder => Rewrite(folder, text => text.Replace("d.png,test,1", "d.png,test,0")));

        Assert.That(
            training.Sources,
            Is.EqualTo(whole.Sources with { Training = training.Sources.Training }).And.Not.EqualTo(whole.Sources)
        );
        Assert.That(
            evaluation.Sources,
            Is.EqualTo(whole.Sources with { Evaluation = evaluation.Sources.Evaluation }).And.Not.EqualTo(whole.Sources)
        );
    }

    [Test]
    public void It_is_known_without_a_pack()
    {
        using var folder = Painted();

        var sources = Source(folder, "4").Digest(folder.Request("x", "y"), default);

        Assert.That(Directory.GetFiles(folder.Cache, "*.pack"), Is.Empty);
        Assert.That(sources, Is.EqualTo(Of(folder).Sources));
    }

    [Test]
    public void It_is_read_back_as_it_was_written()
    {
        using var folder = Painted();
        var (digest, reading) = (Of(folder), new Reading());

        var read = DataDigest.Type.Read(
            YamlReader.ReadText(YamlWriter.Write(digest.ToNode()), "x.yaml"),
            "data",
            reading
        );

        Assert.That(read!.Value, Is.EqualTo(digest));
        Assert.That(Identity.Of(read.Resolved), Is.EqualTo(Identity.Of(digest.ToNode())));
    }

    [Test]
    public void Scenes_are_compared_by_their_parameters_and_not_by_their_size()
    {
        var scenes = new ScenesSource(new(8, 8), 4, 3, 2, 0);
        var digest = Of(scenes, "grass");

        Assert.That(Of(scenes with { Size = new(16, 16) }, "grass").Sources, Is.EqualTo(digest.Sources));
        Assert.That(
            Of(scenes with { Size = new(16, 16) }, "grass").DifferenceFrom(digest),
            Does.StartWith("the pixels are others")
        );
        Assert.That(Of(scenes with { Train = 5 }, "grass").Sources.Evaluation, Is.EqualTo(digest.Sources.Evaluation));
        Assert.That(Of(scenes with { Train = 5 }, "grass").Sources.Training, Is.Not.EqualTo(digest.Sources.Training));
        Assert.That(Of(scenes with { Val = 4 }, "grass").Sources.Evaluation, Is.Not.EqualTo(digest.Sources.Evaluation));
        Assert.That(
            Of(scenes with { Seed = 1 }, "grass").Sources.Evaluation,
            Is.Not.EqualTo(digest.Sources.Evaluation)
        );
        Assert.That(Of(scenes, "tiles").Labels, Is.Not.EqualTo(digest.Labels));
    }

    static DataDigest Of(ScenesSource scenes, string column)
    {
        using var dataset = scenes.Open(
            new DatasetRequest([new RequestedColumn(column, "tasks.0.columns.0")], "", _ => { }),
            default
        );
        return dataset.Digest;
    }

    static (DataDigest Before, DataDigest After) Around(Action<ImageFolder> change)
    {
        using var folder = Painted();
        var before = Of(folder);
        change(folder);
        return (before, Of(folder));
    }

    static DataDigest Of(ImageFolder folder, string size = "4")
    {
        using var dataset = Source(folder, size).Open(folder.Request("x", "y"), default);
        return dataset.Digest;
    }

    static IDatasetSource Source(ImageFolder folder, string size) =>
        ConfiguredDataset.Of(folder.Path, $"kind: image_table, image_size: {size}");

    static ImageFolder Painted()
    {
        var folder = new ImageFolder();
        foreach (
            var (name, colour) in new[]
            {
                ("a.png", SKColors.Red),
                ("b.png", SKColors.Blue),
                ("c.png", SKColors.White),
                ("d.png", SKColors.Black),
            }
        )
        {
            folder.Paint(name, colour);
        }

        File.WriteAllText(folder.At("labels.csv"), Table);
        return folder;
    }

    static void Rewrite(ImageFolder folder, Func<string, string> change) =>
        File.WriteAllText(folder.At("labels.csv"), change(File.ReadAllText(folder.At("labels.csv"))));

    static TestCaseData Case(string name, Action<ImageFolder> change) =>
        new TestCaseData(name, change).SetArgDisplayNames(name);
}
