using System.Text.Json;
using System.Text.RegularExpressions;
using EtrNlp.Cli.Processes;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// Names that others chose reach neither the terminal nor the log with what could control or deceive.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class PrintableOutputTests : IDisposable
{
    const string Hostile = "a\e[2J\u009b1mb\u202egnp\u2066\u200b\u2028c\nok: forged";
    const string Shown = @"a\u001b[2J\u009b1mb\u202egnp\u2066\u200b\u2028c\nok: forged";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task In_a_message_about_a_file()
    {
        var yaml =
            "name: mine\ndataset: {kind: image_table, root: ., image_size: 8}\n"
            + "backbone: {kind: resnet18, width: 0.1}\n"
            + $"tasks: [{{name: x, type: attributes, columns: [{JsonSerializer.Serialize(Hostile)}]}}]\n";
        File.WriteAllText(_folder.File("labels.csv"), "image,round\na.png,1\n");
        File.WriteAllText(_folder.File("mine.yaml"), yaml);

        var (code, output, error) = await Etrnlp.Run("validate", _folder.File("mine.yaml"));

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain($"has no column '{Shown}'").And.Not.Match(Dangerous().ToString()));
        Assert.That(error.Count(c => c == '\n'), Is.EqualTo(1), "no name begins a line of its own");
    }

    [TestCase("train")]
    [TestCase("list")]
    [TestCase("runs")]
    [TestCase("eval")]
    public async Task In_a_mistake_of_the_command_line(string command)
    {
        var (_, _, error) = await Etrnlp.Run(command, Hostile);

        Assert.That(error, Does.Contain(Shown).And.Not.Match(Dangerous().ToString()));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such names.")]
    public async Task In_a_table_and_in_JSON_which_keeps_the_name()
    {
        var run = Path.Combine(_folder.Path, Hostile, "seed-0");
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "experiment.yaml"), "[");

        var table = (await Etrnlp.Run("runs", _folder.Path)).Output;
        var json = (await Etrnlp.Run("runs", _folder.Path, "--json")).Output;

        Assert.That(table, Does.Contain($"{Shown}/seed-0").And.Not.Match(Dangerous().ToString()));
        Assert.That(json, Does.Not.Match(Dangerous().ToString()));
        Assert.That(JsonDocument.Parse(json).RootElement[0].GetProperty("path").GetString(), Is.EqualTo(run));
    }

    [Test]
    public void In_the_log()
    {
        var path = _folder.File("log.txt");
        using (var log = RunLog.Open(path, _ => { }))
        {
            log.Information("{Message:l} of {Name}", Hostile, Hostile);
            log.Error(new IOException(Hostile), "the run stopped");
        }

        var lines = File.ReadAllLines(path);
        Assert.That(string.Join('\n', lines), Does.Not.Match(Dangerous().ToString()));
        Assert.That(lines[0], Does.EndWith($"[INF] {Shown} of {Shown}"));
        Assert.That(lines.Where(line => !line.StartsWith("    ", StringComparison.Ordinal)), Has.Exactly(2).Items);
    }

    [GeneratedRegex(@"[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")]
    private static partial Regex Dangerous();
}
