using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Images;
using NUnit.Framework;
using SkiaSharp;
using static EtrNlp.Tests.Predictions.PredictedFiles;

namespace EtrNlp.Tests.Predictions;

/// <summary>
/// Predictions of a run, written as files: on the validation split they score, by hand, what <c>eval</c> says.
/// </summary>
public sealed class PredictCommandTests
{
    const int FirstVal = 4;

    MappedRun _run = null!;
    JsonNode _evaluated = null!;

    [OneTimeSetUp]
    public async Task Predict()
    {
        _run = new MappedRun();
        await _run.Train();
        var eval = await Etrnlp.Run("eval", _run.Path, "--split", "val", "--json", "--device", "cpu", "--quiet");
        _evaluated = JsonNode.Parse(eval.Output)!;
        var (code, output, error) = await Predict("--split", "val", "-o", Val);
        Assert.That((code, output), Is.EqualTo((0, $"5 images are predicted in {Val}\n")), error);
    }

    [OneTimeTearDown]
    public void Forget() => _run.Dispose();

    string Val => _run.Out("val");

    static IEnumerable<int> Images => Enumerable.Range(FirstVal, MappedRun.ValImages);

    [Test]
    public void The_decisions_about_attributes_score_what_eval_says()
    {
        var f = new[] { ("round", (Func<int, int>)MappedRun.Round), ("red", MappedRun.Red) }.Average(one =>
        {
            var (name, label) = one;
            var pairs = Images.Select(i => (Said: Row(i, name)[4] == "1", True: label(i) == 1)).ToArray();
            double right = pairs.Count(pair => pair is { Said: true, True: true });
            var (precision, recall) = (
                right / (pairs.Count(pair => pair.Said) + 1e-7),
                right / (pairs.Count(pair => pair.True) + 1e-7)
            );
            return 2 * precision * recall / (precision + recall + 1e-7);
        });

        Assert.That(f, Is.EqualTo(Metric("shape", "f")).Within(1e-12));
    }

    [Test]
    public void The_decisions_about_a_choice_score_what_eval_says()
    {
        string[] kinds = ["cat", "dog", "cow"];
        var right = Images.Count(i => Row(i, kinds[i % 3])[4] == "1");

        Assert.That(right / 5.0, Is.EqualTo(Metric("kind", "accuracy")).Within(1e-12));
    }

    [Test]
    public void A_decision_goes_with_its_probability()
    {
        var cells = Rows(Val).Skip(1).Select(row => row.Split(',')).ToLookup(row => row[1]);

        Assert.That(Rows(Val)[0], Is.EqualTo("image,task,attribute,probability,decision"));
        Assert.That((cells["shape"].Count(), cells["kind"].Count()), Is.EqualTo((5 * 2, 5 * 3)));
        Assert.That(
            cells["shape"].Select(row => Number(row[3]) >= 0.5),
            Is.EqualTo(cells["shape"].Select(row => row[4] == "1"))
        );
        var likeliest = cells["kind"].GroupBy(row => row[0]).Select(image => image.MaxBy(row => Number(row[3])));
        Assert.That(cells["kind"].Where(row => row[4] == "1"), Is.EqualTo(likeliest));
        Assert.That(cells["kind"].Sum(row => Number(row[3])), Is.EqualTo(5).Within(1e-5));
    }

    [Test]
    public void The_numbers_in_maps_have_names()
    {
        Assert.That(Names("surface"), Is.EqualTo("position,class\n0,road\n1,sky\n"));
        Assert.That(Names("car"), Is.EqualTo("position,class\n0,car\n"));

        string Names(string task) => File.ReadAllText(Path.Combine(Val, task, "classes.csv"));
    }

    [Test]
    public void The_map_of_classes_scores_what_eval_says()
    {
        var (right, known) = (0, 0);
        var (both, either) = (new double[2], new double[2]);
        foreach (var image in Images)
        {
            using var map = SKBitmap.Decode(File.ReadAllBytes(At("surface", image, "classes.png")));
            Assert.That((map.ColorType, map.Width), Is.EqualTo((SKColorType.Gray8, MappedRun.Side)));
            foreach (var (y, x) in Pixels)
            {
                var (said, label) = (map.GetPixel(x, y).Red, MappedRun.Surface(image, y, x));
                if (label < 0)
                {
                    continue;
                }

                known++;
                right += said == label ? 1 : 0;
                both[label] += said == label ? 1 : 0;
                either[label]++;
                either[said] += said == label ? 0 : 1;
            }
        }

        Assert.That((double)right / known, Is.EqualTo(Metric("surface", "pixel_accuracy")).Within(1e-12));
        Assert.That(
            ((both[0] / either[0]) + (both[1] / either[1])) / 2,
            Is.EqualTo(Metric("surface", "iou_dataset")).Within(1e-12)
        );
    }

    // Means over batches of 2, 2 and 1 images, of those that know some depth.
    [Test]
    public void The_depth_scores_what_eval_says()
    {
        var batches = Images
            .Chunk(2)
            .Select(batch => batch.Where(image => MappedRun.Depth(image) > 0).SelectMany(Errors).ToArray())
            .Where(errors => errors.Length > 0);

        Assert.That(batches.Average(errors => errors.Average()), Is.EqualTo(Metric("far", "abs_err")).Within(1e-12));

        IEnumerable<double> Errors(int image) =>
            Floats(At("far", image, "npy"), "(16, 16)")
                .Select(said => (double)Math.Abs(said - (float)(MappedRun.Depth(image) * 0.001)));
    }

    [Test]
    public void Normals_have_length_1()
    {
        var lengths = Floats(At("up", FirstVal, "npy"), "(16, 16, 3)")
            .Chunk(3)
            .Select(normal => Math.Sqrt(normal.Sum(part => (double)part * part)));

        Assert.That(lengths, Has.All.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void Every_map_has_a_picture_and_all_images_a_sheet()
    {
        foreach (var task in (string[])["surface", "car", "far", "up"])
        {
            using var picture = SKBitmap.Decode(File.ReadAllBytes(At(task, FirstVal, "png")));
            Assert.That((picture.Width, picture.Height), Is.EqualTo((MappedRun.Side, MappedRun.Side)), task);
        }

        using var classes = SKBitmap.Decode(File.ReadAllBytes(At("surface", FirstVal, "classes.png")));
        using var colours = SKBitmap.Decode(File.ReadAllBytes(At("surface", FirstVal, "png")));
        Assert.That(
            Pixels.Select(at => colours.GetPixel(at.X, at.Y)),
            Is.EqualTo(
                Pixels.Select(at =>
                    classes.GetPixel(at.X, at.Y).Red == 0 ? new SKColor(128, 0, 0) : new SKColor(0, 128, 0)
                )
            ),
            "PASCAL VOC's first two"
        );

        using var sheet = SKBitmap.Decode(File.ReadAllBytes(Path.Combine(Val, "sheet.png")));
        Assert.That(sheet.Height, Is.GreaterThan(5 * 256));
    }

    // The files of the validation split, in the same batches.
    [Test]
    public async Task Files_are_brought_to_their_size_as_the_run_s_images_are()
    {
        var (code, _, error) = await Predict([.. Images.Select(i => _run.Folder.At($"{i}.png")), "-o", _run.Out("f")]);

        Assert.That(code, Is.Zero, error);
        Assert.That(Rows(_run.Out("f")), Is.EqualTo(Rows(Val)));
        Assert.That(
            Relative(_run.Out("f")).ToDictionary(name => name, name => Bytes(_run.Out("f"), name)),
            Is.EqualTo(Relative(Val).ToDictionary(name => name, name => Bytes(Val, name)))
        );
    }

    // The shorter side of 32 becomes 16, and the centre is kept: of 64 columns the network sees 16 to 47, halved.
    [Test]
    public async Task Pictures_of_maps_lie_over_the_image_and_are_black_where_the_network_saw_nothing()
    {
        var wide = _run.Out("wide.png");
        static SKColor Colour(int y, int x) => new((byte)(8 * y), (byte)(4 * x), 99);
        File.WriteAllBytes(wide, ImageFolder.Encode(Colour, 32, 64, SKEncodedImageFormat.Png));

        var (code, _, error) = await Predict(wide, "-o", _run.Out("over"));

        Assert.That(code, Is.Zero, error);
        using var classes = SKBitmap.Decode(Path.Combine(_run.Out("over"), "surface/wide.png.classes.png"));
        using var colours = SKBitmap.Decode(Path.Combine(_run.Out("over"), "surface/wide.png.png"));
        Assert.That((classes.Height, classes.Width, colours.Height, colours.Width), Is.EqualTo((32, 64, 32, 64)));
        for (var (y, x) = (0, 0); y < 32; (y, x) = x < 63 ? (y, x + 1) : (y + 1, 0))
        {
            var said = classes.GetPixel(x, y).Red;
            Assert.That(said, x is < 16 or > 47 ? Is.EqualTo(255) : Is.EqualTo(classes.GetPixel(x & ~1, y & ~1).Red));
            Assert.That(colours.GetPixel(x, y) == SKColors.Black, Is.EqualTo(said == 255), $"{y}, {x}");
        }

        Assert.That(Floats(Path.Combine(_run.Out("over"), "far/wide.png.npy"), "(16, 16)"), Has.Length.EqualTo(256));
    }

    [Test]
    public async Task Images_of_a_folder_are_stretched_to_another_size_and_broken_ones_named()
    {
        var folder = Directory.CreateDirectory(_run.Out("photos/inner")).Parent!.FullName;
        File.Copy(_run.Folder.At("4.png"), Path.Combine(folder, "inner", "a.png"));
        File.WriteAllText(Path.Combine(folder, "b.jpg"), "no image");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "no image either");

        var (code, output, error) = await Predict(folder, "--size", "24x16", "-o", _run.Out("s"));

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("images that cannot be used (1): b.jpg is").And.Not.Contains("notes"));
        Assert.That(Floats(Path.Combine(_run.Out("s"), "far/inner/a.png.npy"), "(24, 16)"), Has.Length.EqualTo(384));
        Assert.That(Rows(_run.Out("s")), Has.Length.EqualTo(1 + 2 + 3));
    }

    [Test]
    public async Task What_cannot_be_predicted_is_told_in_one_sentence()
    {
        var image = _run.Folder.At("4.png");
        Directory.CreateDirectory(_run.Out("none"));
        (string[] Command, string Said)[] mistakes =
        [
            (["-o", _run.Out("x")], "nothing to predict; name images or folders, or --split val"),
            ([image, "--split", "val", "-o", _run.Out("x")], "images and --split are both given"),
            (["--split", "val", "--size", "8x8", "-o", _run.Out("x")], "--size is for images"),
            (["--split", "test", "-o", _run.Out("x")], "the dataset has no images in split test"),
            ([image, "--size", "8", "-o", _run.Out("x")], "--size 8: expected height and width in pixels"),
            ([image, "-o", Val], "is not empty; choose a new folder with -o"),
            ([image, "-o", image], "cannot write predictions into "),
            ([_run.Out("missing"), "-o", _run.Out("x")], "there is no file or folder "),
            ([_run.Out("none"), "-o", _run.Out("x")], "has no image, which is a file named *.jpg"),
            ([image], "Option '--out' is required"),
        ];
        foreach (var (command, said) in mistakes)
        {
            Told.IsTold(await Predict(command), 2, said);
        }
    }

    static IEnumerable<(int Y, int X)> Pixels =>
        from y in Enumerable.Range(0, MappedRun.Side)
        from x in Enumerable.Range(0, MappedRun.Side)
        select (y, x);

    Task<(int Code, string Output, string Error)> Predict(params string[] options) =>
        Etrnlp.Run(["predict", _run.Path, .. options, "--device", "cpu"]);

    double Metric(string task, string metric) => _evaluated["tasks"]![task]![metric]!.GetValue<double>();

    string At(string task, int image, string kind) => Path.Combine(Val, task, $"{image}.png.{kind}");

    string[] Row(int image, string attribute) =>
        Rows(Val).Select(row => row.Split(',')).Single(row => row[0] == $"{image}.png" && row[2] == attribute);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
