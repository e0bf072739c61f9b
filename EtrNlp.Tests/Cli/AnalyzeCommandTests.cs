using System.Globalization;
using System.Xml.Linq;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Figures of small runs: a table and a drawing each.</summary>
public sealed class AnalyzeCommandTests
{
    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Train();
        _tiny.Train(file: _tiny.Base);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    string Rival => _tiny.Folder().Path;

    string Base => _tiny.Folder("base").Path;

    string Figure => Path.Combine(_tiny.Runs, "..", "figures", TestContext.CurrentContext.Test.Name);

    async Task<(Dictionary<string, string>[] Rows, XElement Drawing)> Made(params string[] command)
    {
        var (code, output, error) = await Etrnlp.Run(["analyze", .. command, "--out", Figure]);
        Assert.That((code, output), Is.EqualTo((0, "")), error);
        var lines = File.ReadAllLines($"{Figure}.csv").Select(line => line.Split(',')).ToArray();
        var rows = lines[1..].Select(cells => lines[0].Zip(cells).ToDictionary());
        return ([.. rows], XElement.Parse(File.ReadAllText($"{Figure}.svg")));
    }

    static string[] Texts(XElement drawing) =>
        [.. drawing.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value)];

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [Test]
    public async Task Gradients_of_hard_sharing_are_compared_by_cka_and_cosine()
    {
        var (rows, drawing) = await Made("gradients", Base, "--split", "train", "--images", "9", "--device", "cpu");

        // 17 layers, two measures, two tasks with two.
        Assert.That(rows, Has.Length.EqualTo(17 * 2 * 4));
        Assert.That(rows.Select(row => (row["split"], row["examples"])), Is.All.EqualTo(("train", "9")));
        var same = rows.Where(row => row["task"] == row["other"]).Select(row => Number(row["value"]));
        Assert.That(same, Is.All.EqualTo(1).Within(1e-6));
        Assert.That(Texts(drawing), Does.Contain("CKA layer4.1").And.Contain("cosine stem.relu").And.Contain("light"));
    }

    [Test]
    public async Task Gradients_of_routed_tasks_have_no_cosine()
    {
        var (rows, _) = await Made("gradients", Rival, "--split", "train", "--device", "cpu");

        Assert.That(rows.Select(row => (row["measure"], row["examples"])), Is.All.EqualTo(("cka", "11")));
    }

    // The channels of layer2.1.conv2, 16 of each task's way, 8 of them shared: its maps are the last of 4 x 4 pixels.
    [Test]
    public async Task Features_of_an_image_are_points_by_task_and_branch()
    {
        var (rows, drawing) = await Made("features", Rival, "3", "--device", "cpu");

        Assert.That(rows.Select(row => (row["layer"], row["image"])), Is.All.EqualTo(("layer2.1.conv2", "val 3")));
        Assert.That(
            rows.CountBy(row => $"{row["task"]} {row["branch"]}"),
            Is.EquivalentTo(
                new[] { "ground shared", "ground task", "light shared", "light task" }.ToDictionary(one => one, _ => 8)
            )
        );
        Assert.That(Texts(drawing), Does.Contain("ground shared").And.Contain("light task"));
        var again = await Made("features", Rival, "3", "--device", "cpu");
        Assert.That(again.Drawing.ToString(), Is.EqualTo(drawing.ToString()));
    }

    [Test]
    public async Task The_layer_of_features_can_be_named_and_the_image_be_a_file()
    {
        var image = Path.Combine(_tiny.Runs, "grey.png");
        using (var file = File.Create(image))
        {
            PngFile.Write(new RgbImage(new byte[20 * 10 * 3], new ImageSize(20, 10)), file);
        }

        var (rows, _) = await Made("features", Rival, image, "--layer", "layer1.0.conv1", "--device", "cpu");

        Assert.That(
            rows.Select(row => (row["layer"], row["image"])),
            Is.All.EqualTo(("layer1.0.conv1", "grey.png"))
        );
    }

    // A black image of one white pixel. Its average over 3 x 3 is 1 / 9 there and beside it; red moves up to the left.
    [Test]
    public async Task Primitives_are_shown_with_their_values_and_hyper_parameters()
    {
        var (image, pixels) = (Path.Combine(_tiny.Runs, "dot.png"), new byte[32 * 32 * 3]);
        pixels.AsSpan((((5 * 32) + 7) * 3), 3).Fill(255);
        using (var file = File.Create(image))
        {
            PngFile.Write(new RgbImage(pixels, new ImageSize(32, 32)), file);
        }

        const string operation = "operation={kind: nlp, primitives: [{kind: avg_pool, kernel: 3}, {kind: shift}]}";
        var (rows, drawing) = await Made("primitives", _tiny.Rival, image, "--set", operation);

        Assert.That(rows, Has.Length.EqualTo(3 * 3 * 32 * 32));
        Assert.That(Texts(drawing), Is.SupersetOf(new[] { "image", "avg_pool kernel=3", "shift magnitude=1" }));
        var lit = rows.Where(row => row["channel"] == "red" && Number(row["value"]) > 0)
            .ToLookup(row => row["map"], row => (row["row"], row["column"], Math.Round(Number(row["value"]), 6)));
        Assert.That(lit["0"], Is.EqualTo(new[] { ("5", "7", 1.0) }));
        Assert.That(lit["1"].Count(), Is.EqualTo(9));
        Assert.That(lit["1"].Select(one => one.Item3), Is.All.EqualTo(0.111111));
        Assert.That(lit["2"], Is.EqualTo(new[] { ("6", "8", 1.0) }));
    }

    [Test]
    public async Task What_cannot_be_drawn_is_told_in_one_sentence()
    {
        var mine = Path.Combine(_tiny.Runs, "mine");
        File.WriteAllText($"{mine}.csv", "mine");
        (string[] Command, string Said)[] mistakes =
        [
            (["gradients", Base, "--images", "2"], "--images 2: expected a number from 3 on"),
            (["gradients", _tiny.Runs], "is no run folder (no experiment.yaml)"),
            (["gradients", Base, "-o", mine], "a file is there that is no table of this figure; choose another"),
            (["features", Base, "0"], "has no layer with a shared branch and task branches; choose a run of"),
            (["features", Rival, "9"], "image 9: split val has 5 images, numbered from 0"),
            (["features", Rival, "0", "--layer", "layer1.0.conv3"], "did you mean 'layer1.0.conv1'?"),
            (["primitives", _tiny.Base, "0"], "has no primitives; choose an experiment of operation nlp"),
            (["gradients", Base, "-o", "figures/"], "--out: expected a path without ending such as figures/a"),
        ];
        foreach (var (command, said) in mistakes)
        {
            string[] to = command.Contains("-o") ? [] : ["-o", Figure];
            var (code, output, error) = await Etrnlp.Run(["analyze", .. command, .. to]);
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.StartWith("etrnlp: ").And.Contain(said));
            Assert.That(error.Count(c => c == '\n'), Is.EqualTo(1), error);
        }
    }
}
