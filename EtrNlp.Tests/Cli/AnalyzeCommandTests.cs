using System.Globalization;
using System.Xml.Linq;
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
            (["gradients", Base, "-o", "figures/"], "--out: expected a path without ending such as figures/a"),
        ];
        foreach (var (command, said) in mistakes)
        {
            var (code, output, error) = await Etrnlp.Run(["analyze", .. command]);
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.StartWith("etrnlp: ").And.Contain(said));
            Assert.That(error.Count(c => c == '\n'), Is.EqualTo(1), error);
        }
    }
}
