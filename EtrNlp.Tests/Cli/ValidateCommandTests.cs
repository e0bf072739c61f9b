using System.Text.Json;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Sweep files among what is validated.</summary>
public sealed class ValidateCommandTests
{
    const string Sweep = "grid: {routing.gamma: [0, 0.5, 1]}\nseeds: [3, 4]\n";

    [TestCaseSource(typeof(Etrnlp), nameof(Etrnlp.Sweeps))]
    public async Task A_shipped_sweep_is_valid(string path)
    {
        var (code, output, error) = await Etrnlp.Run("validate", path, "--set", Etrnlp.OnScenes);

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match($@"^ok: .*: \S+, a (sweep|search) of \d+ runs: \d+ configurations"));
    }

    // Three values of gamma and the baseline, two seeds each.
    [Test]
    public async Task Every_run_of_a_sweep_is_checked_beside_experiments_whatever_its_folder_holds()
    {
        using var folder = new SweepFolder(Sweep);

        var (code, output, error) = await Etrnlp.Run(
            "validate",
            folder.In("sweep.yaml"),
            folder.In("base.yaml"),
            "--set",
            "training.epochs=7"
        );

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            output,
            Does.Match(
                $"^ok: {folder.In("sweep.yaml")}: tiny, a sweep of 8 runs: 3 configurations, baseline base, "
                    + "seeds 3, 4\n"
                    + $"ok: {folder.In("base.yaml")}: base, 2 tasks, "
            )
        );
    }

    [Test]
    public async Task The_configurations_of_a_sweep_are_printed_as_they_will_be_run()
    {
        using var folder = new SweepFolder(Sweep);

        var (_, output, error) = await Etrnlp.Run("validate", folder.In("sweep.yaml"), "--resolved");

        var documents = output.Split("---\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(error, Does.StartWith("ok: "));
        Assert.That(
            documents.Select(document => document.Split('\n')[0]),
            Is.EqualTo(new[] { "name: \"gamma=0\"", "name: \"gamma=0.5\"", "name: \"gamma=1\"" })
        );
    }

    // Three values of gamma and the baseline, two seeds each.
    [Test]
    public async Task A_sweep_is_told_to_programs_beside_experiments()
    {
        using var folder = new SweepFolder(Sweep);

        var (code, output, error) = await Etrnlp.Run(
            "validate",
            folder.In("base.yaml"),
            folder.In("sweep.yaml"),
            "--threads",
            "3",
            "--resolved",
            "--json",
            "--quiet"
        );

        Assert.That((code, error), Is.EqualTo((0, "")));
        var files = JsonDocument.Parse(output).RootElement.EnumerateArray().ToArray();
        var sweep = files[1];
        Assert.That(
            files.Select(file => file.GetProperty("file").GetString()),
            Is.EqualTo(new[] { folder.In("base.yaml"), folder.In("sweep.yaml") })
        );
        Assert.That(
            (
                sweep.GetProperty("name").GetString(),
                sweep.GetProperty("baseline").GetString(),
                sweep.GetProperty("runs").GetInt32()
            ),
            Is.EqualTo(("tiny", "base", 8))
        );
        Assert.That(
            sweep.GetProperty("configurations").EnumerateArray().Select(one => one.GetString()),
            Is.EqualTo(new[] { "gamma=0", "gamma=0.5", "gamma=1" })
        );
        Assert.That(
            sweep.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()),
            Is.EqualTo(new[] { 3, 4 })
        );
        Assert.That(
            sweep.GetProperty("resolved").GetString()!.Split("---\n", StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(3).And.All.Contains("threads: 3\n")
        );
    }

    [Test]
    public async Task Mistakes_of_sweeps_and_experiments_are_told_together()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5, 2], training.epoch: [1]}\n");
        File.WriteAllText(
            folder.In("wrong.yaml"),
            "name: wrong\ngrids: {}\ndataset: {kind: scenes}\ntasks: celeba8\nbackbone: {kind: resnet19}\n"
        );

        var (code, output, error) = await Etrnlp.Run("validate", folder.In("sweep.yaml"), folder.In("wrong.yaml"));

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(
            error,
            Does.Contain("wrong.yaml(2,1): grids: unknown key")
                .And.Contain("'resnet19'")
                .And.Contain("sweep.yaml(3,29): routing.gamma: expected a number from 0 to 1, got '2'")
                .And.Contain("training.epoch: unknown key; did you mean 'epochs'?")
        );
    }

    [Test]
    public async Task A_sweep_given_to_train_is_told_where_it_belongs()
    {
        using var folder = new SweepFolder(Sweep);

        var (code, _, error) = await Etrnlp.Run("train", folder.In("sweep.yaml"), "--runs", folder.In("runs"));

        Assert.That(
            (code, error),
            Is.EqualTo(
                (
                    2,
                    $"etrnlp: {folder.In("sweep.yaml")} is a sweep, not an experiment; "
                        + "etrnlp sweep trains it and etrnlp validate checks it\n"
                )
            )
        );
    }
}
