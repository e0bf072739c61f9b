using System.Text.Json;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Cases: named, each with settings of its own.</summary>
public sealed class SweepCasesTests
{
    const string Three = """
        cases:
          plain: {}
          wide: {backbone.width: 0.25, operation.groups: 4}
          conv: {operation.kind: conv}

        """;

    // As if each case were typed with --set; the name of a run is not part of what makes it the same experiment.
    [TestCase("plain")]
    [TestCase("wide", "backbone.width=0.25", "operation.groups=4")]
    [TestCase("conv", "operation.kind=conv")]
    public void A_case_is_the_base_experiment_with_its_own_settings(string name, params string[] overrides)
    {
        using var folder = new SweepFolder(Three);
        File.AppendAllText(folder.In("mine.yaml"), "threads: 1\n");
        var sweep = folder.Plan();
        sweep.Write();

        var written = ExperimentFile.Load(folder.In("runs", "tiny", name, "experiment.yaml"), []);
        var typed = ExperimentFile.Load(folder.In("mine.yaml"), overrides);

        Assert.That(Identity.Of(written.Resolved), Is.EqualTo(Identity.Of(typed.Resolved)));
        Assert.That(written.Experiment.Name, Is.EqualTo(name));
        Assert.That(sweep.Configurations.Select(one => one.Name), Is.EqualTo(new[] { "plain", "wide", "conv" }));
    }

    [Test]
    public void A_kind_that_a_case_sets_drops_the_keys_of_the_old_kind_with_a_notice()
    {
        using var folder = new SweepFolder("cases: {conv: {operation.kind: conv}}\n");
        var text = File.ReadAllText(folder.In("mine.yaml"));
        File.WriteAllText(
            folder.In("mine.yaml"),
            text.Replace("{kind: nlp}", "{kind: nlp, groups: 2}", StringComparison.Ordinal)
        );

        Assert.That(
            folder.Plan().Notices,
            Has.One.EndsWith("operation.groups belongs to the kind that was replaced and is left out")
        );
        File.WriteAllText(
            folder.In("sweep.yaml"),
            "name: tiny\nbase: mine.yaml\ncases: {conv: {operation.kind: conv, operation.groups: 4}}\n"
        );
        Assert.That(
            folder.Complaints(),
            Is.EqualTo(new[] { "sweep.yaml(3,38): operation.groups: unknown key; known: kind" }),
            "what the case itself sets is meant for the new kind"
        );
    }

    [Test]
    public void What_a_case_sets_is_shown_beside_its_name()
    {
        using var folder = new SweepFolder(Three + "grid: {routing.gamma: [0.75]}\n");

        Assert.That(
            folder.Plan().Configurations.Select(one => string.Join(", ", one.Settings)),
            Is.EqualTo(
                new[]
                {
                    "(case, plain), (routing.gamma, 0.75)",
                    "(case, wide), (backbone.width, 0.25), (operation.groups, 4), (routing.gamma, 0.75)",
                    "(case, conv), (operation.kind, conv), (routing.gamma, 0.75)",
                }
            )
        );
    }

    [Test]
    public void An_alias_repeats_the_settings_of_another_case()
    {
        using var folder = new SweepFolder("cases: {a: &a {backbone.width: 0.25, routing.gamma: 1}, b: *a}\n");

        Assert.That(
            folder.Plan().Configurations[1].Settings,
            Is.EqualTo(new[] { ("case", "b"), ("backbone.width", "0.25"), ("routing.gamma", "1") })
        );
    }

    // Two cases of 41 characters and a grid of 40: cut behind 71, so that only the hash tells them apart.
    [Test]
    public void Long_names_end_in_a_hash_of_the_cases_name()
    {
        var name = new string('a', 40);
        using var folder = new SweepFolder(
            $"cases: {{{name}1: {{}}, {name}2: {{}}}}\n"
                + "grid: {training.optimizer.learning_rate: [0.00100000000000000000000000000000001]}\n"
        );

        var names = folder.Names();

        Assert.That(names, Has.All.Length.EqualTo(80).And.All.Matches("^a{40}[12],learning_rate=.*-[0-9a-f]{8}$"));
        Assert.That(names.Select(one => one[^8..]), Is.Unique);
    }

    [Test]
    public void A_file_of_cases_alone_is_a_sweep()
    {
        using var folder = new SweepFolder("");
        File.WriteAllText(folder.In("sweep.yaml"), "cases: {a: {}}\n");

        Assert.That(SweepFile.IsSweep(folder.In("sweep.yaml")), Is.True);
    }

    [Test]
    [Category("Process")]
    public async Task Cases_are_trained_listed_continued_and_begun_anew_by_their_names()
    {
        using var folder = new SweepFolder("cases: {plain: {}, wide: {backbone.width: 0.25}}\nseeds: [3]\n");
        string[] sweep = ["sweep", folder.In("sweep.yaml"), "--runs", folder.In("runs"), "--device", "cpu"];

        var trained = await Etrnlp.Run([.. sweep, "--jobs", "2", "--threads", "1", "--json"]);
        var table = await File.ReadAllLinesAsync(folder.In("runs", "tiny", "table.csv"));
        Directory.Delete(folder.In("runs", "tiny", "wide", "seed-3"), recursive: true);
        var listed = await Etrnlp.Run([.. sweep, "--threads", "1", "--dry-run"]);
        var again = await Etrnlp.Run([.. sweep, "--threads", "1"]);
        var anew = await Etrnlp.Run([.. sweep, "--threads", "1", "--restart", "--quiet"]);

        var rows = JsonDocument.Parse(trained.Output).RootElement.GetProperty("configurations").EnumerateArray();
        Assert.That(
            rows.Select(row => row.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "base", "plain", "wide" })
        );
        Assert.That(
            table.Select(line => string.Join(',', line.Split(',')[..4])),
            Is.EqualTo(
                new[] { "configuration,case,backbone.width,n", "base,,,1", "plain,plain,,1", "wide,wide,0.25,1" }
            )
        );
        Assert.That(
            listed.Output,
            Does.Contain("3 runs, 2 done").And.Match(@"wide +3 +no +case = wide, backbone\.width = 0\.25")
        );
        Assert.That(again.Code, Is.Zero, again.Error);
        Assert.That(
            again.Error,
            Does.Contain("plain seed 3: was done already").And.Not.Contain("wide seed 3: was done already")
        );
        Assert.That(anew.Code, Is.Zero, anew.Error);
        Assert.That(Directory.Exists(folder.In("runs", "tiny", "wide", "seed-3.replaced-1")), Is.True);
    }
}
