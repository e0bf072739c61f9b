using EtrNlp.Core.Inspection;
using EtrNlp.Data.Datasets;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Inspection;

/// <summary>
/// The sheet of two images, pixel by pixel. Panels are found by the colour of the first image; each is 32 times as
/// large as its 8x8 pixels.
/// </summary>
public sealed class ContactSheetTests
{
    const int Panel = 256;
    const int Cell = 32;

    // In the colour map of PASCAL VOC; tests of Pictures have the same.
    static readonly SKColor First = new(128, 0, 0);
    static readonly SKColor Second = new(0, 128, 0);

    LabelledFolder _folder = null!;
    SKBitmap _sheet = null!;
    (int X, int Y) _image;

    [OneTimeSetUp]
    public void Draw()
    {
        _folder = new LabelledFolder();
        _sheet = Sheet();
        _image = Find(_sheet, SKColors.Magenta);
    }

    [OneTimeTearDown]
    public void Forget()
    {
        _sheet.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void An_image_is_as_large_as_its_panel()
    {
        var (x, y) = _image;

        Assert.That(
            new[] { (x, y), (x + Panel - 1, y), (x, y + Panel - 1) }.Select(at => _sheet.GetPixel(at.Item1, at.Item2)),
            Is.All.EqualTo(SKColors.Magenta)
        );
        Assert.That(_sheet.GetPixel(x + Panel, y), Is.EqualTo(SKColors.White));
        Assert.That(_sheet.GetPixel(x - 1, y), Is.EqualTo(SKColors.White));
    }

    // The task has road first, then sky; the lower right quarter is void.
    [Test]
    public void Classes_have_their_colours_and_void_is_hatched()
    {
        Assert.That(At(column: 1, row: 0, pixel: 0), Is.EqualTo(Second), "sky");
        Assert.That(At(column: 1, row: 0, pixel: 7), Is.EqualTo(First), "road");
        AssertHatched(column: 1, row: 7, pixel: 7);
    }

    // The tasks vehicle and ground share the next column: car is its first class, road its second.
    [Test]
    public void Tasks_of_one_class_share_a_column()
    {
        Assert.That(At(column: 2, row: 0, pixel: 7), Is.EqualTo(Second));
        AssertHatched(column: 2, row: 0, pixel: 0);
    }

    // 1 m is the smallest, 3 m the largest; both ends of viridis, 68 1 84 and 253 231 37.
    [Test]
    public void Depth_goes_from_dark_to_bright()
    {
        Assert.That(At(column: 3, row: 1, pixel: 0), Is.EqualTo(new SKColor(68, 1, 84)));
        Assert.That(At(column: 3, row: 1, pixel: 7), Is.EqualTo(new SKColor(253, 231, 37)));
        AssertHatched(column: 3, row: 0, pixel: 0);
    }

    // (0, 1, 0) is 127.5, 255, 127.5, rounded to the even neighbour.
    [Test]
    public void Normals_are_colours() =>
        Assert.That(At(column: 4, row: 3, pixel: 3), Is.EqualTo(new SKColor(128, 255, 128)));

    [Test]
    public void Something_is_written_under_images_and_depth_and_above_every_column()
    {
        Assert.That(Enumerable.Range(0, 5).Select(column => Inked(column, above: true)), Is.All.True);
        Assert.That(
            Enumerable.Range(0, 5).Select(column => Inked(column, above: false)),
            Is.EqualTo(new[] { true, false, false, true, false })
        );
    }

    [Test]
    public void Names_are_written_as_they_are()
    {
        _folder.Write(LabelledFolder.Yaml.Replace("car]", "cab]", StringComparison.Ordinal));
        using var other = Sheet();
        _folder.Write(LabelledFolder.Yaml);
        using var same = Sheet();

        Assert.That(other.Bytes, Is.Not.EqualTo(_sheet.Bytes));
        Assert.That(same.Bytes, Is.EqualTo(_sheet.Bytes));
    }

    [TestCase(8, 8, 32, 1, 256, 256)]
    [TestCase(32, 64, 8, 1, 256, 512)]
    [TestCase(100, 60, 5, 1, 500, 300)]
    [TestCase(288, 384, 1, 1, 288, 384)]
    [TestCase(1024, 2048, 1, 4, 256, 512)]
    public void Panels_have_at_least_256_pixels_a_side(
        int height,
        int width,
        int enlarged,
        int thinned,
        int panelHeight,
        int panelWidth
    )
    {
        var scale = new PanelScale(new ImageSize(height, width));

        Assert.That((scale.Enlarged, scale.Thinned), Is.EqualTo((enlarged, thinned)));
        Assert.That(scale.Panel, Is.EqualTo(new ImageSize(panelHeight, panelWidth)));
        Assert.That(scale.PixelAt(panelHeight - 1, panelWidth - 1), Is.LessThan(height * width));
    }

    // Blanks end lines, and a word that is wider than a line is cut.
    [Test]
    public void Text_stays_within_its_width()
    {
        using var style = new TextStyle(13, SKColors.Black);
        var attributes = string.Join(", ", Enumerable.Range(0, 40).Select(i => $"Attribute_{i}"));

        foreach (var text in new[] { attributes, new string('m', 300), "ab " + new string('W', 100) })
        {
            var lines = style.Lines(text, 200);

            Assert.That(lines.Select(style.Width), Is.All.LessThanOrEqualTo(200));
            Assert.That(
                string.Concat(lines).Replace(" ", "", StringComparison.Ordinal),
                Is.EqualTo(text.Replace(" ", "", StringComparison.Ordinal))
            );
        }
    }

    [Test]
    public void The_font_has_letters_of_many_languages()
    {
        using var file = typeof(TextStyle).Assembly.GetManifestResourceStream(TextStyle.FontName);
        using var face = SKTypeface.FromStream(file);

        Assert.That("abc XYZ 0123 äöüß éèç ąęł ğş ИЯж Ωλ ±°²µ".Where(letter => face.GetGlyph(letter) == 0), Is.Empty);
    }

    SKBitmap Sheet()
    {
        var (experiment, dataset) = _folder.Open();
        using var open = dataset;
        using var png = new MemoryStream();
        new ContactSheet(experiment.Name, experiment.Tasks, experiment.Dataset.Size, open).Write(Split.Train, 2, png);
        return SKBitmap.Decode(png.ToArray());
    }

    // The middle of a pixel of the first image, enlarged.
    SKColor At(int column, int row, int pixel) =>
        _sheet.GetPixel(Left(column) + (pixel * Cell) + (Cell / 2), _image.Y + (row * Cell) + (Cell / 2));

    void AssertHatched(int column, int row, int pixel)
    {
        var (x, y) = (Left(column) + (pixel * Cell), _image.Y + (row * Cell));
        var greys = Enumerable.Range(0, Cell).Select(i => _sheet.GetPixel(x + i, y)).Distinct().ToArray();
        Assert.That(greys, Has.Length.EqualTo(2));
        Assert.That(greys, Has.All.Matches<SKColor>(one => one.Red == one.Green && one.Green == one.Blue));
    }

    // Columns are where the first row is not white for the width of a panel.
    int Left(int column)
    {
        var x = _image.X;
        for (var i = 0; i < column; i++)
        {
            x += Panel;
            while (_sheet.GetPixel(x, _image.Y + Cell) == SKColors.White)
            {
                x++;
            }
        }

        return x;
    }

    // In the 20 pixels next to a panel.
    bool Inked(int column, bool above)
    {
        var y = above ? _image.Y - 40 : _image.Y + Panel;
        return Enumerable
            .Range(0, 20 * Panel)
            .Any(i => _sheet.GetPixel(Left(column) + (i % Panel), y + (i / Panel)) != SKColors.White);
    }

    static (int X, int Y) Find(SKBitmap sheet, SKColor colour)
    {
        var at = Array.IndexOf(sheet.Pixels, colour);
        return (at % sheet.Width, at / sheet.Width);
    }
}
