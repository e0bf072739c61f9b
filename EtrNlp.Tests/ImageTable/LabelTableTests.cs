using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.ImageTable;
using EtrNlp.Tests.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.ImageTable;

public sealed class LabelTableTests
{
    ImageFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new ImageFolder();
        foreach (var name in (string[])["a.jpg", "b.jpg", "c.jpg", "d, e.jpg"])
        {
            _folder.Write(name, []);
        }
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    string Table => _folder.At("labels.csv");

    [TestCase("0", "1")]
    [TestCase("-1", "1")]
    [TestCase("false", "true")]
    [TestCase("False", "TRUE")]
    public void Each_form_of_labels_is_read(string no, string yes) =>
        Assert.That(
            Read($"image,split,x\na.jpg,train,{no}\nb.jpg,train,{yes}\n", "x").Columns[0],
            Is.EqualTo(new byte[] { 0, 1 })
        );

    [Test]
    public void Columns_come_in_the_requested_order_whatever_the_file_has()
    {
        var table = Read("free text,y,image,x,split\nsome,0,a.jpg,1,test\n", "x", "y");

        Assert.That(table.Columns, Is.EqualTo(new byte[][] { [1], [0] }));
        Assert.That(table.Splits, Is.EqualTo(new[] { Split.Test }));
    }

    [Test]
    public void Byte_order_mark_CRLF_semicolons_quotes_and_blank_lines_are_read()
    {
        File.WriteAllText(
            Table,
            "image;split;x\r\n\"d, e.jpg\";\"train\"; 1 \r\n\r\n\"a.jpg\";val;0",
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        );

        var table = LabelTable.Read(Format(), _folder.Request("x"));

        Assert.That(table.Images, Is.EqualTo(new[] { _folder.File("d, e.jpg"), _folder.File("a.jpg") }));
        Assert.That(table.Columns[0], Is.EqualTo(new byte[] { 1, 0 }));
    }

    [TestCase("image\tx\na.jpg\t1\n", Separator.Auto)]
    [TestCase("image\tx\na.jpg\t1\n", Separator.Tab)]
    [TestCase("image;x\na.jpg;1\n", Separator.Semicolon)]
    [TestCase("image,x\na.jpg,1\n", Separator.Comma)]
    public void Each_separator_is_read(string text, Separator separator)
    {
        File.WriteAllText(Table, text);

        Assert.That(
            LabelTable.Read(Format() with { Separator = separator }, _folder.Request("x")).Columns[0],
            Is.EqualTo(new byte[] { 1 })
        );
    }

    [Test]
    public void Full_paths_are_the_same_images_as_relative_ones() =>
        Assert.That(Read($"image,x\n{_folder.At("a.jpg")},1\n").Images, Is.EqualTo(new[] { _folder.File("a.jpg") }));

    [Test]
    public void Backslashes_lead_into_folders()
    {
        _folder.Write("sub/a.jpg", []);

        Assert.That(Read("image,x\nsub\\a.jpg,1\n").Images[0].Name, Is.EqualTo("sub/a.jpg"));
    }

    // From Python, see SplitNamesTests: a.jpg 8 and b.jpg 8 are val.
    [Test]
    public void Without_a_column_of_splits_the_names_decide_and_it_is_said()
    {
        var table = Read("image,x\na.jpg,1\nb.jpg,0\n");

        Assert.That(table.Splits, Is.EqualTo(new[] { Split.Val, Split.Val }));
        Assert.That(
            _folder.Said,
            Has.One.EqualTo(
                $"{Table} has no column 'split': a hash of each image's path decides, 80 % train, 10 % val, 10 % test"
            )
        );
    }

    [Test]
    public void A_missing_column_is_answered_with_the_nearest_one()
    {
        var error = Assert.Throws<InvalidSettingException>(() =>
            Read("image,split,smiling,young\na.jpg,train,1,0\n", "young", "Smilling")
        )!;

        Assert.That(error.Key, Is.EqualTo("tasks.1.columns"));
        Assert.That(
            error.Message,
            Is.EqualTo($"tasks.1.columns: {Table} has no column 'Smilling'; did you mean 'smiling'?")
        );
    }

    [Test]
    public void A_table_without_images_says_which_column_it_could_be() =>
        Refuses(
            "images,x\na.jpg,1\n",
            $"{Table} has no column 'image' of image paths; did you mean 'images'?; set dataset.image_column"
        );

    [Test]
    public void A_named_column_of_splits_must_exist()
    {
        File.WriteAllText(Table, "image,split,x\na.jpg,train,1\n");

        Assert.That(
            () => LabelTable.Read(Format() with { SplitColumn = "fold" }, _folder.Request()),
            Throws.TypeOf<DataException>().With.Message.Contains("has no column 'fold' of splits")
        );
    }

    [Test]
    public void An_unknown_split_is_named_by_its_line() =>
        Refuses(
            "image,split,x\na.jpg,train,1\nb.jpg,dev,0\n",
            $"{Table}: rows with an unknown split (1): line 3 has 'dev'. Write train, val or test."
        );

    [TestCase("0,2", "line 3 column 'x' has '2'")]
    [TestCase("0,-1", "line 3 column 'x' has '-1' among 0 and 1")]
    [TestCase("-1,0", "line 3 column 'x' has '0' among -1 and 1")]
    [TestCase("1,true", "line 3 column 'x' has 'true' among numbers")]
    public void A_bad_cell_is_named_by_line_and_column(string cells, string expected) =>
        Refuses(
            $"image,x\na.jpg,{cells.Split(',')[0]}\nb.jpg,{cells.Split(',')[1]}\n",
            $"{Table}: cells that cannot be read (1): {expected}. "
                + "Write 0 and 1, -1 and 1, or true and false, the same throughout a column.",
            "x"
        );

    [Test]
    public void A_line_is_counted_as_an_editor_counts_it() =>
        Refuses(
            "image,note,x\n\na.jpg,\"two\nlines\",1\nb.jpg,,yes\n",
            $"{Table}: cells that cannot be read (1): line 5 column 'x' has 'yes'. "
                + "Write 0 and 1, -1 and 1, or true and false, the same throughout a column.",
            "x"
        );

    [Test]
    public void Columns_nobody_asked_for_may_hold_anything() =>
        Assert.That(Read("image,x,y\na.jpg,maybe,1\n", "y").Columns, Has.Count.EqualTo(1));

    [Test]
    public void A_repeated_image_is_named_with_both_lines() =>
        Refuses(
            "image,split,x\na.jpg,train,1\nb.jpg,train,1\n./a.jpg,test,1\n",
            $"{Table}: rows that repeat an image (1): line 4 has a.jpg of line 2. "
                + "Keep one row of each; an image in two splits would be learnt and judged."
        );

    [Test]
    public void Missing_images_are_counted_and_the_first_five_named() =>
        Refuses(
            "image,x\na.jpg,1\n1.jpg,1\n2.jpg,1\n3.jpg,1\n4.jpg,1\n5.jpg,1\n6.jpg,1\n",
            $"{Table}: 6 of 7 images are missing below {_folder.Path}: 1.jpg; 2.jpg; 3.jpg; 4.jpg; 5.jpg and 1 more. "
                + "Copy them there or take their rows out; is dataset.root the right folder?"
        );

    [Test]
    public void A_row_without_an_image_is_named() =>
        Refuses(
            "image,x\na.jpg,1\n,1\n",
            $"{Table}: rows without an image (1): line 3. Fill the column 'image', or take the rows out."
        );

    [Test]
    public void A_row_of_another_length_is_named() =>
        Refuses(
            "image,x,y\na.jpg,1,0\nb.jpg,1\n",
            $"{Table}: rows that do not have 3 cells as the header has (1): line 3 has 2. "
                + "Is a separator missing, or a cell with a separator not quoted?"
        );

    [Test]
    public void A_quote_that_is_left_open_is_named() =>
        Refuses(
            "image,x\na.jpg,1\n\"b.jpg,1\n",
            $"{Table} line 3: quotes are out of place; put the whole cell in quotes and double the ones inside"
        );

    [Test]
    public void A_column_named_twice_is_refused() =>
        Refuses("image,x,x\na.jpg,1,0\n", $"{Table}: the header names 'x' 2 times; rename all but one", "x");

    [TestCase("", "is empty, expected a header and one row per image")]
    [TestCase("image,x\n", "has a header and no rows; expected one row per image")]
    public void A_table_of_nothing_is_refused(string text, string expected) => Refuses(text, $"{Table} {expected}");

    [Test]
    public void A_missing_table_is_named() =>
        Assert.That(
            () => LabelTable.Read(Format(), _folder.Request()),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo($"there is no table {Table}; are dataset.root and dataset.table right?")
        );

    [Test]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(Table, [.. "image,x\n"u8, 0xC0, 0xFF, 0x0A]);

        Assert.That(
            () => LabelTable.Read(Format(), _folder.Request()),
            Throws.TypeOf<DataException>().With.Message.EqualTo($"{Table} is not UTF-8 text; save it as CSV in UTF-8")
        );
    }

    TableFormat Format() => new(_folder.Path, "labels.csv", "image", TableFormat.DefaultSplitColumn, Separator.Auto);

    LabelTable Read(string text, params string[] columns)
    {
        File.WriteAllText(Table, text);
        return LabelTable.Read(Format(), _folder.Request(columns));
    }

    void Refuses(string text, string message, params string[] columns) =>
        Assert.That(() => Read(text, columns), Throws.TypeOf<DataException>().With.Message.EqualTo(message));
}
