using System.Text.Json;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// What every command keeps: <c>--json</c> prints one document, <c>--quiet</c> prints errors and what a program asked
/// for.
/// </summary>
public sealed class OutputTests
{
    // Widths of 8 to 64 leave most layers of this without a shared channel, which is said.
    const string ByChannel = "--set operation.kind=nlp --set operation.groups=channels";

    static readonly string[] _commands =
    [
        "train {rival} --runs {runs} --device cpu",
        "train {rival} --runs {runs} --device cpu --dry-run",
        "sweep {sweep} --runs {runs} --dry-run",
        "eval {run} --device cpu",
        "runs {runs}",
        "compare {run} --baseline {base}",
        "profile {rival}",
        "validate {rival}",
        "validate {sweep}",
        "data prepare {rival} {sweep} --cache {runs}",
        "data inspect {rival} --cache {runs} --sheet {runs}/sheet.png",
        "list",
        "info",
        $"train {{rival}} --runs {{runs}} --device cpu --set name=by-channel {ByChannel}",
        $"sweep {{sweep}} --runs {{runs}}-none --dry-run {ByChannel}",
        $"profile {{rival}} {ByChannel}",
        $"validate {{rival}} {{sweep}} {ByChannel}",
    ];

    static IEnumerable<TestCaseData> Commands =>
        [
            .. _commands.Select(command => new TestCaseData(command)),
            new TestCaseData("bench {rival} --steps 1").SetCategory("Slow"),
            new TestCaseData("sweep {sweep} --runs {runs} --device cpu --restart").SetCategory("Process"),
        ];

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Write("sweep.yaml", "name: tiny\nbase: rival.yaml\nseeds: [0]\n");
        _tiny.Train();
        _tiny.Train(file: _tiny.Base);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    [TestCaseSource(nameof(Commands))]
    public async Task Json_is_one_document(string command)
    {
        var (code, output, error) = await Run($"{command} --json");

        Assert.That(code, Is.Zero, error);
        Assert.That(() => JsonDocument.Parse(output), Throws.Nothing);
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Quiet_leaves_only_the_document(string command)
    {
        var (code, output, error) = await Run($"{command} --json --quiet");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(() => JsonDocument.Parse(output), Throws.Nothing);
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Quiet_alone_leaves_nothing(string command) =>
        Assert.That(await Run($"{command} --quiet"), Is.EqualTo((0, "", "")));

    [TestCase("list --schema", "{")]
    [TestCase("list --schema sweep", "{")]
    [TestCase("validate {rival} --resolved", "name: rival")]
    public async Task What_programs_read_is_printed_quietly_too(string command, string start)
    {
        var (code, output, error) = await Run($"{command} --quiet");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith(start));
    }

    [TestCase("train {rival} --quiet --set backbone.kind=resnet", "did you mean 'resnet18'?")]
    [TestCase("eval {runs} --quiet", "is no run folder")]
    [TestCase("--quiet compare {run} --baseline {runs}/nothing", "nothing")]
    [TestCase("eval {run} --threads 0 --quiet", "threads: expected an integer from 1")]
    public async Task Errors_are_told_all_the_same(string command, string expected)
    {
        var (code, output, error) = await Run(command);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(expected));
    }

    [Test]
    public async Task Validate_tells_programs_of_every_file_and_of_what_it_resolves_to()
    {
        var (_, output, _) = await Run("validate {rival} {base-file} --threads 3 --resolved --json");

        var files = JsonDocument.Parse(output).RootElement.EnumerateArray().ToArray();
        Assert.That(files.Select(file => file.GetProperty("name").GetString()), Is.EqualTo(new[] { "rival", "base" }));
        Assert.That(
            files[0].GetProperty("tasks").EnumerateArray().Select(task => task.GetString()),
            Is.EqualTo(new[] { "ground", "light" })
        );
        Assert.That(files[0].GetProperty("resolved").GetString(), Does.Contain("threads: 3"));
    }

    // Sums differ between numbers of threads by rounding alone.
    [Test]
    public async Task Eval_takes_another_number_of_threads()
    {
        double[] losses =
        [
            .. (
                await Task.WhenAll(
                    Run("eval {run} --device cpu --json"),
                    Run("eval {run} --device cpu --json --threads 2")
                )
            ).Select(ran =>
                JsonDocument.Parse(ran.Output).RootElement.GetProperty("loss").GetProperty("ground").GetDouble()
            ),
        ];

        Assert.That(losses[1], Is.EqualTo(losses[0]).Within(Rounding.OfSmallNetworks(losses[0])));
    }

    Task<(int Code, string Output, string Error)> Run(string command) =>
        Etrnlp.Run([
            .. command
                .Split(' ')
                .Select(word =>
                    word.Replace("{rival}", _tiny.Rival)
                        .Replace("{base-file}", _tiny.Base)
                        .Replace("{sweep}", Path.Combine(Path.GetDirectoryName(_tiny.Rival)!, "sweep.yaml"))
                        .Replace("{runs}", _tiny.Runs)
                        .Replace("{run}", _tiny.Folder().Path)
                        .Replace("{base}", _tiny.Folder("base").Path)
                ),
        ]);
}
