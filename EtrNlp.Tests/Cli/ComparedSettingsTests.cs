using System.Text.Json;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary><c>compare --settings</c>: the keys in which runs differ.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ComparedSettingsTests : IDisposable
{
    static readonly string Labels = new('d', 64);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Runs(string name) => Path.Combine(_folder.Path, "runs", name);

    // Names differ as well, and do not count.
    [Test]
    public async Task Keys_that_differ_are_shown_with_the_value_of_each_run()
    {
        HandMadeResult.Write(_folder, "hard", 0, 0.5, 0.4, more: "training: {epochs: 7}\n");
        HandMadeResult.Write(
            _folder,
            "soft",
            0,
            0.5,
            0.4,
            more: "training: {epochs: 9}\nrouting: {kind: etr, gamma: 0.75}\n"
        );
        string[] compare = ["compare", Runs("hard"), Runs("soft"), Runs("soft"), "--settings"];

        var text = (await Etrnlp.Run(compare)).Output;
        var json = JsonDocument.Parse((await Etrnlp.Run([.. compare, "--json"])).Output).RootElement;

        Assert.That(text, Does.Match(@"\n setting +hard +soft *\n"));
        Assert.That(text, Does.Match(@"\n routing\.kind +hard_sharing +etr\n"));
        Assert.That(text, Does.Match(@"\n routing\.gamma +absent +0\.75\n"));
        Assert.That(text, Does.Match(@"\n training\.epochs +7 +9\n").And.Not.Contain("learning_rate"));
        Assert.That(
            json.GetProperty("settings").EnumerateArray().Select(one => JsonSerializer.Serialize(one)),
            Has.One.EqualTo("""{"key":"training.epochs","values":["7","9"]}""")
        );
    }

    // A file of an experiment may leave both open; in a run's own they say what it was made from.
    [Test]
    public async Task Initial_weights_and_data_count_as_settings()
    {
        HandMadeResult.Write(_folder, "one", 0, 0.5, 0.4, more: Initial("aa"), data: HandMadeResult.Data('c'));
        HandMadeResult.Write(_folder, "two", 0, 0.5, 0.4, more: Initial("bb"), data: HandMadeResult.Data('c'));
        HandMadeResult.Write(_folder, "three", 0, 0.5, 0.4);
        HandMadeResult.Write(_folder, "four", 0, 0.5, 0.4, data: HandMadeResult.Data('c'));
        HandMadeResult.Write(_folder, "five", 0, 0.5, 0.4, data: HandMadeResult.Data('c') with { Labels = Labels });

        var weights = (await Etrnlp.Run("compare", Runs("one"), Runs("two"), "--settings")).Output;
        var none = (await Etrnlp.Run("compare", Runs("one"), Runs("three"), "--settings")).Output;
        var data = (await Etrnlp.Run("compare", Runs("four"), Runs("five"), "--settings", "--json")).Output;

        Assert.That(weights, Does.Match(@"\n init_from_sha256 +aa +bb *\n").And.Not.Contain("data"));
        Assert.That(none, Does.Match(@"\n init_from_sha256 +aa +absent *\n"));
        Assert.That(
            JsonSerializer.Serialize(JsonDocument.Parse(data).RootElement.GetProperty("settings")),
            Is.EqualTo($$"""[{"key":"data.labels","values":["{{new string('c', 64)}}","{{Labels}}"]}]""")
        );

        static string Initial(string hash) => $"init_from: weights.safetensors\ninit_from_sha256: {hash}\n";
    }

    [Test]
    public async Task Where_no_key_differs_that_is_said()
    {
        HandMadeResult.Write(_folder, "base", 0, 0.5, 0.4);
        HandMadeResult.Write(_folder, "etr", 0, 0.6, 0.4);

        Assert.That(
            (await Etrnlp.Run("compare", Runs("base"), Runs("etr"), "--settings")).Output,
            Does.Contain("all are runs of the same settings")
        );
    }
}
