using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.ImageTable;
using EtrNlp.Tests.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.ImageTable;

/// <summary>Cells of a table that are empty or hold one of several names.</summary>
public sealed class LabelColumnTests
{
    ImageFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new ImageFolder();
        Array.ForEach(["a.jpg", "b.jpg", "c.jpg"], name => _folder.Write(name, []));
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    string Table => _folder.At("labels.csv");

    [Test]
    public void An_empty_cell_is_an_unknown_label() =>
        Assert.That(
            Read("image,split,x\na.jpg,train,1\nb.jpg,train,\nc.jpg,train,0\n", "x").Columns[0],
            Is.EqualTo(new byte[] { 1, LabelTable.Unknown, 0 })
        );

    [Test]
    public void A_name_in_a_column_of_names_is_an_attribute() =>
        Assert.That(
            Read("image,split,colour\na.jpg,train,red\nb.jpg,train,\nc.jpg,train,green\n", "colour=red").Columns[0],
            Is.EqualTo(new byte[] { 1, LabelTable.Unknown, 0 })
        );

    [Test]
    public void A_name_that_is_in_no_cell_is_answered_with_the_nearest_one() =>
        Assert.That(
            () => Read("image,split,colour\na.jpg,train,red\nb.jpg,train,green\n", "colour=gren"),
            Throws
                .TypeOf<InvalidSettingException>()
                .With.Message.EqualTo(
                    "tasks.0.columns: no cell of column 'colour' is 'gren'; did you mean 'green'?"
                )
        );

    [Test]
    public void A_choice_is_the_position_of_its_name()
    {
        var table = Read(
            "image,split,colour\na.jpg,train,red\nb.jpg,train,\nc.jpg,train,green\n",
            Choice("colour", "green", "blue", "red")
        );

        Assert.That(table.Columns[0], Is.EqualTo(new byte[] { 2, LabelTable.Unknown, 0 }));
    }

    [Test]
    public void A_name_that_is_no_class_is_named_by_its_line() =>
        Assert.That(
            () =>
                Read(
                    "image,split,colour\na.jpg,train,rde\nb.jpg,val,red\nc.jpg,test,0\n",
                    Choice("colour", "red", "green")
                ),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"{Table}: cells with a name that is no class of the task (2): line 2 column 'colour' has 'rde'; "
                        + "did you mean 'red'?; line 4 column 'colour' has '0'. "
                        + "Write one of its classes, or add the name to them."
                )
        );

    [TestCase("train", "val")]
    [TestCase("val", "train")]
    public void A_column_needs_a_label_to_learn_from_and_one_to_choose_by(string empty, string other) =>
        Assert.That(
            () => Read($"image,split,x,y\na.jpg,{empty},,1\nb.jpg,{other},1,\nc.jpg,{other},0,1\n", "x", "y"),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"{Table}: columns without a label in split {empty} (1): 'x'. "
                        + "Fill some of their cells there, or leave the columns out of the tasks."
                )
        );

    [Test]
    public void A_column_without_a_label_in_test_is_said_once()
    {
        Read("image,split,x,y\na.jpg,train,1,1\nb.jpg,val,1,1\nc.jpg,test,,1\n", "x", "y");

        Assert.That(
            _folder.Said,
            Is.EqualTo(new[] { "split test has no label of column 'x': it has no score there" })
        );
    }

    [Test]
    public void A_class_that_no_image_has_is_said_in_words_of_its_own()
    {
        Read(
            "image,split,colour\na.jpg,train,red\nb.jpg,val,red\nc.jpg,val,\n",
            Choice("colour", "red", "green", "blue")
        );

        Assert.That(
            _folder.Said,
            Is.EqualTo(
                new[]
                {
                    "split val has no image of class 'colour=green', 'colour=blue': "
                        + "f of such a class is 0 whatever is predicted, "
                        + "and delta_p leaves out a mean whose baseline is 0",
                }
            )
        );
    }

    LabelTable Read(string text, params string[] columns) => Read(text, _folder.Request(columns));

    LabelTable Read(string text, RequestedColumn column) => Read(text, _folder.Request() with { Columns = [column] });

    LabelTable Read(string text, DatasetRequest request)
    {
        File.WriteAllText(Table, text);
        return LabelTable.Read(
            new TableFormat(_folder.Path, "labels.csv", "image", TableFormat.DefaultSplitColumn, Separator.Auto),
            request
        );
    }

    static RequestedColumn Choice(string column, params string[] classes) =>
        new(column, "tasks.0.column") { Classes = [.. classes] };
}
