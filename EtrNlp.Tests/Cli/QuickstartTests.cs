using System.Text.Json;
using EtrNlp.Core.Experiments;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What makes the quickstart's three networks comparable.</summary>
public sealed class QuickstartTests
{
    static readonly string[] Rivals = ["quickstart-etr.yaml", "quickstart-etr-nlp.yaml"];

    [TestCaseSource(nameof(Rivals))]
    public async Task A_rival_has_the_macs_of_the_baseline_within_a_tenth(string file) =>
        Assert.That(await Macs(file), Is.EqualTo(await Macs("quickstart.yaml")).Within(10).Percent);

    // Tasks have passes of their own in the rivals' steps and share one in the baseline's.
    [TestCaseSource(nameof(Rivals))]
    public void A_rival_passes_an_image_as_often_as_the_baseline(string file)
    {
        var rival = ExperimentFile.Load(PathOf(file), []).Experiment;
        var baseline = ExperimentFile.Load(PathOf("quickstart.yaml"), []).Experiment;

        Assert.That(rival.Training.Epochs * rival.Tasks.Length, Is.EqualTo(baseline.Training.Epochs));
    }

    static string PathOf(string file) => Etrnlp.Experiments.Single(path => Path.GetFileName(path) == file);

    static async Task<double> Macs(string file)
    {
        var (_, output, _) = await Etrnlp.Run("profile", PathOf(file), "--json");
        using var profile = JsonDocument.Parse(output);
        return profile.RootElement.GetProperty("macs").GetDouble();
    }
}
