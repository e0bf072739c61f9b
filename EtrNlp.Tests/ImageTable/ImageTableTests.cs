using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.ImageTable;

public sealed class ImageTableTests
{
    ImageFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new ImageFolder();
        _folder.Paint("red.png", SKColors.Red, 8, 16);
        _folder.Paint("blue.png", SKColors.Blue, 8, 16);
        _folder.Paint("white.png", SKColors.White, 8, 16);
        File.WriteAllText(
            _folder.At("labels.csv"),
            "image,split,x,y\nred.png,train,1,0\nwhite.png,val,0,0\nblue.png,train,0,1\n"
        );
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Images_and_columns_of_a_split_are_read_in_any_order()
    {
        using var dataset = Source("image_size: [1, 2]").Open(_folder.Request("y", "x"), default);
        var pixels = new byte[2 * 6];
        var values = new float[2 * 2];

        dataset.ReadImages(Split.Train, [1, 0], pixels);
        dataset.ReadColumns(Split.Train, [1, 0], values);

        Assert.That(Enum.GetValues<Split>().Select(dataset.Count), Is.EqualTo(new[] { 2, 1, 0 }));
        Assert.That(pixels, Is.EqualTo(new byte[] { 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0 }));
        Assert.That(values, Is.EqualTo(new float[] { 1, 0, 0, 1 }));
    }

    [Test]
    public void An_unknown_label_is_no_number()
    {
        File.WriteAllText(
            _folder.At("labels.csv"),
            "image,split,x,y\nred.png,train,1,\nwhite.png,val,0,0\nblue.png,train,0,1\n"
        );
        using var dataset = Source("image_size: 4").Open(_folder.Request("x", "y"), default);
        var values = new float[2 * 2];

        dataset.ReadColumns(Split.Train, [0, 1], values);

        Assert.That(values, Is.EqualTo(new[] { 1, float.NaN, 0, 1 }));
        Assert.That((dataset.HasUnknown(0), dataset.HasUnknown(1)), Is.EqualTo((false, true)));
    }

    [TestCase("4", 4, 4)]
    [TestCase("[3, 5]", 3, 5)]
    [TestCase("{shorter: 4}", 4, 8)]
    public void The_size_is_the_size_of_the_images_read(string imageSize, int height, int width)
    {
        var source = Source($"image_size: {imageSize}");
        using var dataset = source.Open(_folder.Request(), default);

        Assert.That(source.Size, Is.EqualTo(new ImageSize(height, width)));
        Assert.That(() => dataset.ReadImages(Split.Train, [0], new byte[height * width * 3]), Throws.Nothing);
    }

    [Test]
    public void Room_of_another_size_is_refused()
    {
        using var dataset = Source("image_size: 4").Open(_folder.Request("x"), default);

        Assert.That(
            () => dataset.ReadImages(Split.Train, [0], new byte[47]),
            Throws.ArgumentException.With.Message.EqualTo("expected room for 1 x 48 values, got 47")
        );
        Assert.That(() => dataset.ReadColumns(Split.Train, [0], new float[2]), Throws.ArgumentException);
    }

    [Test]
    public void Labels_come_from_the_table_though_the_pack_is_old()
    {
        Source("image_size: 4").Open(_folder.Request("x"), default).Dispose();
        File.WriteAllText(
            _folder.At("labels.csv"),
            "image,split,x,y\nred.png,train,0,0\nwhite.png,val,0,0\nblue.png,train,1,1\n"
        );
        _folder.Said.Clear();

        using var dataset = Source("image_size: 4").Open(_folder.Request("x"), default);
        var values = new float[2];
        dataset.ReadColumns(Split.Train, [0, 1], values);

        Assert.That(values, Is.EqualTo(new float[] { 0, 1 }));
        Assert.That(_folder.Said, Has.None.Contains("pack"));
    }

    [Test]
    public void A_column_that_no_evaluated_image_has_is_named_when_the_data_is_read()
    {
        File.WriteAllText(
            _folder.At("labels.csv"),
            "image,split,x,y\nred.png,train,1,1\nwhite.png,val,0,1\nblue.png,test,1,1\n"
        );
        const string said =
            "split val has no positive of column 'x': "
            + "precision, recall and f of such a column are 0 whatever is predicted, "
            + "and delta_p leaves out a mean whose baseline is 0";

        Source("image_size: 4").Open(_folder.Request("x", "y"), default).Dispose();
        Assert.That(
            _folder.Said.Where(text => text.Contains("positive", StringComparison.Ordinal)),
            Is.EqualTo(new[] { said })
        );

        File.WriteAllText(
            _folder.At("labels.csv"),
            "image,split,x,y\nred.png,val,1,0\nwhite.png,train,0,1\nblue.png,train,1,0\n"
        );
        _folder.Said.Clear();
        Source("image_size: 4").Validate(_folder.Request("x", "y"));
        Assert.That(_folder.Said, Is.EqualTo(new[] { said.Replace("'x'", "'y'", StringComparison.Ordinal) }));
    }

    [Test]
    public void Validating_checks_columns_and_files_and_decodes_nothing()
    {
        _folder.Write("white.png", "not an image"u8.ToArray());
        var source = Source("image_size: 4");

        Assert.That(() => source.Validate(_folder.Request("x")), Throws.Nothing);
        Assert.That(() => source.Validate(_folder.Request("z")), Throws.TypeOf<InvalidSettingException>());
        Assert.That(Directory.GetFiles(_folder.Cache), Is.Empty);
        File.Delete(_folder.At("white.png"));
        Assert.That(
            () => source.Validate(_folder.Request("x")),
            Throws.TypeOf<DataException>().With.Message.Contains("1 of 3 images are missing")
        );
    }

    [TestCase(
        "image,split,x\nred.png,train,1\nwhite.png,train,0\n",
        "the dataset has too few images in split val: 0, training needs at least 1"
    )]
    [TestCase(
        "image,split,x\nred.png,train,1\nwhite.png,val,0\n",
        "the dataset has too few images in split train: 1, training needs at least 2"
    )]
    public void Validating_refuses_a_table_that_nothing_can_be_trained_on(string table, string expected)
    {
        File.WriteAllText(_folder.At("labels.csv"), table);

        Assert.That(
            () => Source("image_size: 4").Validate(_folder.Request("x")),
            Throws.TypeOf<DataException>().With.Message.StartsWith(expected)
        );
    }

    [Test]
    public void A_broken_image_is_named_before_anything_is_read()
    {
        _folder.Write("white.png", "not an image"u8.ToArray());

        Assert.That(
            () => Source("image_size: 4").Open(_folder.Request("x"), default),
            Throws.TypeOf<DataException>().With.Message.Contains("white.png is not a JPEG")
        );
    }

    [Test]
    public void Pixels_are_not_normalized_unless_asked_for() =>
        Assert.That(
            (Source("image_size: 4").Normalization.Mean, Source("image_size: 4, std: [0.5, 1, 2]").Normalization.Std),
            Is.EqualTo((new double[] { 0, 0, 0 }, new[] { 0.5, 1, 2 }))
        );

    [TestCase(
        "image_size: 4, mean: [0.5]",
        "dataset.mean: expected three numbers, for red, green and blue, got a list"
    )]
    [TestCase(
        "image_size: 4, std: [1, 0, 1]",
        "dataset.std: expected three numbers > 0, for red, green and blue, got a list"
    )]
    [TestCase(
        "image_size: 4, separator: pipe",
        "dataset.separator: expected one of auto, comma, semicolon, tab, got 'pipe'"
    )]
    public void A_setting_out_of_range_is_refused(string settings, string expected) =>
        Assert.That(() => Source(settings), Throws.TypeOf<ConfigException>().With.Message.Contains(expected));

    IDatasetSource Source(string settings) => ConfiguredDataset.Of(_folder.Path, $"kind: image_table, {settings}");
}
