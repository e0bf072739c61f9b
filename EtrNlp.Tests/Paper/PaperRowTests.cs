using System.Text.Json;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Paper;

/// <summary>The key <c>paper</c> of experiments.</summary>
public sealed class PaperRowTests
{
    const string Row = """
        paper:
          table: 2
          row: "ResNet18: Conv"
          published: {attributes.precision: 0.677, attributes.recall: 0.598, delta_p: 0}
          parameters: 11.2e6
          macs: 148e6

        """;

    TinyExperiment _tiny = null!;

    [SetUp]
    public void Write_experiments() => _tiny = new TinyExperiment();

    [TearDown]
    public void Remove_them() => _tiny.Dispose();

    [Test]
    public void It_is_read_and_is_no_part_of_what_a_run_is()
    {
        var (with, without) = (Load(Row), ExperimentFile.Load(_tiny.Rival, []));

        var row = with.Experiment.Paper!;
        Assert.That(row.Title, Is.EqualTo("Table 2, ResNet18: Conv"));
        Assert.That(row.Published[1], Is.EqualTo(KeyValuePair.Create("attributes.recall", 0.598)));
        Assert.That(Identity.Of(with.Resolved), Is.EqualTo(Identity.Of(without.Resolved)));
        Assert.That(Identity.FirstDifference(with.Resolved, without.Resolved), Is.Null);
    }

    [TestCase("{table: 8, row: a}", "(1,16): paper.table: expected one of 1, 2, 3, 4, 5, 6, 7, S1, Figure 6, ")]
    [TestCase("{table: 2}", "(1,8): paper.row: missing")]
    [TestCase(
        "{table: 2, row: a, published: {attributes.recal: 1}}",
        "(1,39): paper.published.attributes.recal: there is no such metric; did you mean 'attributes.recall'?"
    )]
    [TestCase("{table: 2, row: a, published: {delta_p: much}}", "(1,48): paper.published.delta_p: expected a number")]
    [TestCase("{table: 2, row: a, macs: 0}", "(1,33): paper.macs: expected a number")]
    public void Mistakes_in_it_are_told(string text, string reason)
    {
        var refusal = Assert.Throws<ConfigException>(() => Load($"paper: {text}\n"));

        Assert.That(refusal.Message, Does.Contain($"row.yaml{reason}"));
    }

    // 11,197,032 parameters and 148,066,304 MACs of 64x64: the closed formulas of ResNet18 with 40 outputs.
    [Test]
    public async Task Profile_shows_our_counts_beside_the_papers()
    {
        var file = _tiny.Write(
            "row.yaml",
            "name: row\ndataset: {kind: scenes, image_size: 96}\ntasks: celeba8\nbackbone: {kind: resnet18}\n" + Row
        );

        var (code, output, error) = await Etrnlp.Run("profile", file);
        var json = JsonDocument.Parse((await Etrnlp.Run("profile", file, "--json")).Output).RootElement;

        Assert.That(code, Is.Zero, error);
        Assert.That(
            output,
            Does.Match(@"paper's #P\s+11,200,000   ours -0\.03%, of all tasks -0\.03% \(Table 2, ResNet18: Conv\)")
        );
        Assert.That(output, Does.Match(@"paper's #F\s+148,000,000   ours \+0\.04%: 148,066,304 for images of 64x64"));
        Assert.That(json.GetProperty("paper").GetProperty("our_macs").GetInt64(), Is.InRange(148_000_000, 148_100_000));
    }

    [Test]
    public async Task A_sweep_has_rows()
    {
        var sweep = _tiny.Write(
            "sweep.yaml",
            "name: sweep\nbase: row.yaml\ngrid: {routing.gamma: [0.25, 1]}\nrows: [{table: Figure 6, row: CelebA}]\n"
        );
        _ = Load(Row);

        var (code, output, error) = await Etrnlp.Run("validate", sweep, "--resolved");

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("paper: null").And.Not.Contain("ResNet18: Conv"), "no row of a configuration");
    }

    [Test]
    public async Task A_row_of_a_configuration_that_the_sweep_does_not_have_is_refused()
    {
        var sweep = _tiny.Write(
            "sweep.yaml",
            "name: sweep\nbase: row.yaml\ngrid: {routing.gamma: [0.25, 1]}\n"
                + "rows: [{table: S1, row: a, configuration: gamma=0.5}]\n"
        );
        _ = Load("");

        var (code, _, error) = await Etrnlp.Run("validate", sweep);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(
            error,
            Does.Contain("sweep.yaml(4,43): rows.0.configuration: no configuration is called 'gamma=0.5'; did you mean")
        );
    }

    ExperimentFile Load(string paper) =>
        ExperimentFile.Load(_tiny.Write("row.yaml", paper + File.ReadAllText(_tiny.Rival)), []);
}
