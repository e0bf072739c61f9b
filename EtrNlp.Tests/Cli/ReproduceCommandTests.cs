using System.Text.Json;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// Three tables of six rows: two of one experiment, one of another, and three of a sweep. Of these one is the baseline,
/// which is that experiment too, and one nobody can place.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReproduceCommandTests : IDisposable
{
    static readonly string[] Trained = ["conv", "etr", Path.Combine("gamma", "gamma=0.25")];

    readonly TinyExperiment _tiny = new();
    readonly TemporaryFolder _papers = new();

    public ReproduceCommandTests()
    {
        Row("conv", "", "{table: 2, row: Conv}");
        Row("etr", "baseline: conv.yaml\nrouting: {kind: etr, gamma: 0.5}\n", "{table: 2, row: ETR, line: 2}");
        Row("again", "", "{table: 3, row: Hard sharing}");
        File.WriteAllText(
            _papers.File("gamma.yaml"),
            "name: gamma\nbase: etr.yaml\ngrid: {routing.gamma: [0.25, 0.75, 0.9, 1]}\n"
                + "rows: [{table: 1, row: low, configuration: gamma=0.25}, {table: 1, row: high}, "
                + "{table: 1, row: none, configuration: conv}]\n"
        );
    }

    public void Dispose()
    {
        _tiny.Dispose();
        _papers.Dispose();
    }

    [Test]
    public async Task A_dry_run_says_what_is_missing_and_what_it_takes_and_writes_nothing()
    {
        var (code, output, error) = await Etrnlp.Run(Reproduce("--dry-run"));
        var twice = await Etrnlp.Run(Reproduce("--dry-run", "--json", "--jobs", "2"));
        var (json, all) = (Parsed("experiments"), Parsed("all"));

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("3 runs of 3 experiments are missing for 5 rows"));
        Assert.That(error, Does.Contain("rows of no known configuration: 1"));
        Assert.That(lines.Select(line => line.Split(':')[0]), Is.EqualTo(new[] { "gamma=0.25", "conv", "etr", "all" }));
        Assert.That(lines[..3], Is.All.Match(@"at least \S+ MB memory .* disk of .*, about .* for 1 seeds"));
        Assert.That(lines[3], Does.Match("all: 3 runs, .* disk of .*, about .* one after another"));
        Assert.That(
            json.EnumerateArray().Select(one => one.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "gamma=0.25", "conv", "etr" })
        );
        var memory = json.EnumerateArray().Select(one => one.GetProperty("memory_bytes").GetInt64()).ToArray();
        Assert.That(
            all.GetProperty("memory_bytes").GetInt64(),
            Is.EqualTo(Math.Max(memory[0] + memory[1], memory[1] + memory[2])),
            "two runs at a time, in this order"
        );
        Assert.That(all.GetProperty("runs").GetInt32(), Is.EqualTo(3));
        Assert.That(Directory.Exists(_tiny.Runs), Is.False);

        JsonElement Parsed(string key) => JsonDocument.Parse(twice.Output).RootElement.GetProperty(key);
    }

    // Another reproduce, or the sweep that one of the runs is of.
    [TestCase("")]
    [TestCase("gamma")]
    public async Task While_another_command_trains_the_same_runs_it_is_refused(string below)
    {
        var folder = Path.Combine(_tiny.Runs, below);
        using var other = below.Length == 0 ? RunLock.TakeRuns(folder) : RunLock.Take(new RunFolder(folder));

        var (code, _, error) = await Etrnlp.Run(Reproduce());

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain($"another process is working in {folder}; wait for it, or stop it"));
        Assert.That(Directory.GetFiles(_tiny.Runs, "*.yaml", SearchOption.AllDirectories), Is.Empty);
    }

    // What is the same in two tables is trained once, and where train and sweep would have put it: train finds it done,
    // and only adds delta_p to its result.
    [Test]
    [Category("Process")]
    public async Task It_trains_what_is_missing_and_reports_the_tables()
    {
        var (code, output, error) = Etrnlp.Start(_papers.Path, Reproduce("--jobs", "2")).Finish();
        var written = Metrics();
        var (again, _, remark) = await Etrnlp.Run(Reproduce());
        var (trained, _, refusal) = await Etrnlp.Run(
            "train",
            _papers.File("etr.yaml"),
            "--runs",
            _tiny.Runs,
            "--device",
            "cpu"
        );

        Assert.That(code, Is.Zero, error);
        Assert.That(
            written.Keys.Select(path => Path.GetRelativePath(_tiny.Runs, path)),
            Is.EquivalentTo(Trained.Select(folder => Path.Combine(folder, "seed-0", "metrics.csv")))
        );
        Assert.That(
            output,
            Does.Match(@"Table 1\b[\s\S]*\n low, gamma=0\.25 +1 [\s\S]*Table 2\b[\s\S]*\n Conv +1 [\s\S]*\n ETR +1 ")
                .And.Match(@"Table 3\b[\s\S]*\n Hard sharing +1 ")
        );
        Assert.That(again, Is.Zero, remark);
        Assert.That(remark, Does.Contain("nothing is missing; rows of no known configuration: 1"));
        Assert.That(trained, Is.Zero, refusal);
        Assert.That(Metrics(), Is.EqualTo(written), "what was done is left alone");
    }

    [Test]
    public async Task A_folder_that_holds_another_experiment_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_tiny.Runs, "conv", "seed-0"));
        File.WriteAllText(
            Path.Combine(_tiny.Runs, "conv", "seed-0", "experiment.yaml"),
            File.ReadAllText(_tiny.Rival)
        );

        var (code, _, error) = await Etrnlp.Run(Reproduce("--dry-run"));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("holds a run with").And.Contain("seed-0"));
    }

    void Row(string name, string more, string paper) =>
        File.WriteAllText(
            _papers.File($"{name}.yaml"),
            File.ReadAllText(_tiny.Base).Replace("name: base", $"name: {name}", StringComparison.Ordinal)
                + $"{more}paper: {paper}\n"
        );

    string[] Reproduce(params string[] more) =>
        [
            "reproduce",
            "table1",
            "table2",
            "table3",
            "--files",
            _papers.Path,
            "--runs",
            _tiny.Runs,
            "--device",
            "cpu",
            .. more,
        ];

    Dictionary<string, DateTime> Metrics() =>
        Directory
            .GetFiles(_tiny.Runs, "metrics.csv", SearchOption.AllDirectories)
            .ToDictionary(path => path, File.GetLastWriteTimeUtc);
}
