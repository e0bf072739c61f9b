using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What users get wrong: exit code 2, the place, one sentence, no trace.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MistakesTests : IDisposable
{
    const string Experiment = """
        name: mine
        dataset: {kind: scenes, image_size: 32, train: 8, val: 4, test: 4, seed: 6}
        tasks:
          - {name: ground, type: attributes, columns: [grass, tiles]}
        backbone: {kind: resnet18, width: 0.125}
        operation: {kind: nlp, groups: 2}
        routing: {kind: etr, gamma: 0.9}
        training: {epochs: 1, batch_size: 4}
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    async Task<string> Refused(string yaml, params string[] more)
    {
        File.WriteAllText(_folder.File("mine.yaml"), yaml);
        var validated = await Etrnlp.Run(["validate", _folder.File("mine.yaml"), .. more]);
        var trained = await Etrnlp.Run(["train", _folder.File("mine.yaml"), "--runs", _folder.File("runs"), .. more]);

        Assert.That((validated.Code, validated.Output, trained.Code, trained.Output), Is.EqualTo((2, "", 2, "")));
        Assert.That(trained.Error, Is.EqualTo(validated.Error), "both commands find the same");
        Assert.That(validated.Error, Does.Not.Contain(" at EtrNlp"));
        Assert.That(Directory.Exists(_folder.File("runs")), Is.False, "nothing is begun");
        return validated.Error;
    }

    [TestCase("epochs: 1", "epoch: 1", "(8,12): training.epoch: unknown key; did you mean 'epochs'?")]
    [TestCase(
        "epochs: 1",
        "epochs: many",
        "(8,20): training.epochs: expected an integer from 1 to 1000000, got 'many'"
    )]
    [TestCase("gamma: 0.9", "gamma: 1.5", "(7,29): routing.gamma: expected a number from 0 to 1, got '1.5'")]
    [TestCase("groups: 2", "groups: 9000", "(6,32): operation.groups: expected an integer from 1 to 8192")]
    [TestCase(
        "0.125}\noperation: {kind: nlp, groups: 2}\nrouting: {kind: etr, gamma: 0.9}",
        "0.45}\noperation: {kind: nlp, groups: channels}",
        "(6,32): operation.groups: 58 groups do not divide the 115 channels"
    )]
    [TestCase(
        "batch_size: 4",
        "batch_size: 1000000",
        "(8,35): training.batch_size: 1000000 images of 32x32 are 3,072,000,000 bytes"
    )]
    [TestCase("kind: etr", "kind: ter", "(7,17): routing.kind: there is no routing 'ter'; did you mean 'etr'?")]
    [TestCase(
        "[grass, tiles]",
        "[grass, grass]",
        "(4,47): tasks.0.columns: expected a list of different columns, got a list of 2"
    )]
    [TestCase("gamma: 0.9", "gamma: [0.9, 0.5]", "(7,29): routing.gamma: expected one value for each of ground, got 2")]
    [TestCase(
        "[grass, tiles]",
        "[grass, tile]",
        "(4,55): tasks.0.columns.1: scenes have no attribute 'tile'; did you mean 'tiles'?"
    )]
    public async Task A_wrong_setting_is_answered_at_its_place(string right, string wrong, string expected) =>
        Assert.That(
            await Refused(Experiment.Replace(right, wrong, StringComparison.Ordinal)),
            Does.StartWith($"{_folder.File("mine.yaml")}{expected}")
        );

    [Test]
    public async Task All_mistakes_of_a_file_are_said_at_once()
    {
        var error = await Refused(
            Experiment
                .Replace("0.9", "9", StringComparison.Ordinal)
                .Replace("epochs: 1", "epochs: 0", StringComparison.Ordinal)
        );

        Assert.That(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_wrong_override_is_quoted_as_it_was_typed() =>
        Assert.That(
            await Refused(Experiment, "--set", "routing.gama=0.5"),
            Is.EqualTo($"--set routing.gama=0.5: routing.gama: unknown key; did you mean 'gamma'?{Environment.NewLine}")
        );

    [TestCase("-rf")]
    [TestCase("--help")]
    [TestCase(".hidden")]
    [TestCase("x.")]
    public async Task A_name_that_a_shell_would_take_for_something_else_is_refused(string name) =>
        Assert.That(
            await Refused(Experiment, "--set", $"name={name}"),
            Does.Contain("name: expected a name of").And.Contain($"got '{name}'")
        );

    [Test]
    public async Task A_missing_column_and_a_missing_image_are_named()
    {
        File.WriteAllText(_folder.File("labels.csv"), "image,split,bald\nfirst.png,train,1\n");
        var table = Experiment.Replace(
            "{kind: scenes, image_size: 32, train: 8, val: 4, test: 4, seed: 6}",
            "{kind: image_table, root: ., image_size: 32}",
            StringComparison.Ordinal
        );

        Assert.That(
            await Refused(table),
            Does.Contain("(4,48): tasks.0.columns.0:").And.Contain("labels.csv has no column 'grass'")
        );
        Assert.That(
            await Refused(table.Replace("[grass, tiles]", "[bald]", StringComparison.Ordinal)),
            Does.Contain("1 of 1 images are missing").And.Contain("first.png")
        );
    }

    [Test]
    public async Task A_missing_baseline_is_placed() =>
        Assert.That(
            await Refused($"{Experiment}\nbaseline: other.yaml"),
            Does.Contain("(9,11): baseline: there is no file").And.Contain("other.yaml")
        );

    [TestCase("train")]
    [TestCase("validate")]
    [TestCase("profile")]
    [TestCase("bench")]
    public async Task A_missing_file_is_named(string command)
    {
        var (code, output, error) = await Etrnlp.Run(command, "nowhere.yaml");

        Assert.That(
            (code, output, error),
            Is.EqualTo((2, "", $"etrnlp: there is no file nowhere.yaml{Environment.NewLine}"))
        );
    }

    [Test]
    public async Task All_files_are_checked_before_the_first_is_trained()
    {
        File.WriteAllText(_folder.File("first.yaml"), Experiment);
        File.WriteAllText(
            _folder.File("second.yaml"),
            Experiment.Replace("name: mine", "nam: second", StringComparison.Ordinal)
        );

        var (code, _, error) = await Etrnlp.Run(
            "train",
            _folder.File("first.yaml"),
            _folder.File("second.yaml"),
            "--runs",
            _folder.File("runs")
        );

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("did you mean 'name'?"));
        Assert.That(Directory.Exists(_folder.File("runs")), Is.False);
    }

    [Test]
    public async Task Two_files_of_one_name_cannot_share_a_folder()
    {
        File.WriteAllText(_folder.File("first.yaml"), Experiment);
        File.WriteAllText(_folder.File("second.yaml"), Experiment);

        var (code, _, error) = await Etrnlp.Run(
            "train",
            _folder.File("first.yaml"),
            _folder.File("second.yaml"),
            "--runs",
            _folder.File("runs")
        );

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("second.yaml(1,7): name:").And.Contain("first.yaml has the same name 'mine'"));
    }

    [Test]
    public async Task A_file_where_the_runs_should_be_is_named()
    {
        File.WriteAllText(_folder.File("mine.yaml"), Experiment);

        var (code, _, error) = await Etrnlp.Run(
            "train",
            _folder.File("mine.yaml"),
            "--runs",
            _folder.File("mine.yaml")
        );

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("mine.yaml is a file").And.Contain("--runs"));
    }

    [TestCase("trian", "unknown word 'trian'; did you mean 'train'?")]
    [TestCase("train", "Required argument 'file' missing")]
    [TestCase("list rutings", "there is no axis 'rutings'; did you mean 'routing'?")]
    [TestCase("list --jsn", "unknown option '--jsn'; did you mean '--json'?")]
    [TestCase("train x.yaml --quite", "unknown option '--quite'; did you mean '--quiet'?")]
    [TestCase(
        "train x.yaml --checkpoint-every soon",
        "Cannot parse argument 'soon' for option '--checkpoint-every'; see etrnlp train --help"
    )]
    public async Task A_wrong_command_line_is_one_sentence(string line, string expected)
    {
        var (code, output, error) = await Etrnlp.Run(line.Split(' '));

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith($"etrnlp: {expected}"));
        Assert.That(error.Count(c => c == '\n'), Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_in_place_of_a_file_is_named_as_one()
    {
        var (code, _, error) = await Etrnlp.Run(["validate", _folder.Path]);

        Assert.That(
            (code, error.TrimEnd()),
            Is.EqualTo((2, $"etrnlp: {_folder.Path} is a folder; name an experiment file (YAML) in it"))
        );
    }
}
