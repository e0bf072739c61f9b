using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What a shell completes, asked as a script asks, and by pressing Tab.</summary>
public sealed class CompletionCommandTests
{
    static readonly string[] Bash = ["bash", "--norc", "--noprofile"];
    static readonly string[] Zsh = ["zsh", "-f"];

    [TestCase("etrnlp tr", "train")]
    [TestCase("etrnlp list ro", "routing")]
    [TestCase("etrnlp train x.yaml --checkpoint-e", "--checkpoint-every")]
    [TestCase("etrnlp eval x --checkpoint pre", "previous")]
    [TestCase("etrnlp completion z", "zsh")]
    [TestCase("etrnlp data inspect x --split te", "test")]
    public async Task The_program_says_what_may_stand_there(string line, string expected) =>
        Assert.That(
            await Etrnlp.Run($"[suggest:{line.Length}]", line),
            Is.EqualTo((0, $"{expected}{Environment.NewLine}", ""))
        );

    [TestCase("[suggest]", "etrnlp train --device=c")]
    [TestCase("[suggest:x]", "etrnlp tr")]
    public async Task What_cannot_be_completed_is_no_mistake(string ask, string line)
    {
        var (code, output, error) = await Etrnlp.Run(ask, line);

        Assert.That((code, output.Trim(), error), Is.EqualTo((0, "", "")));
    }

    [Test]
    public async Task A_shell_without_a_script_is_named()
    {
        var (code, _, error) = await Etrnlp.Run("completion", "zhs");

        Assert.That(
            (code, error.TrimEnd()),
            Is.EqualTo((2, "etrnlp: there is no completion for 'zhs'; did you mean 'zsh'?"))
        );
    }

    [TestCase("bash", "etrnlp tra", "etrnlp train ")]
    [TestCase("bash", "etrnlp list rou", "etrnlp list routing ")]
    [TestCase("bash", "etrnlp train --checkpoint-e", "etrnlp train --checkpoint-every ")]
    [TestCase("bash", "etrnlp train --device=cu", "etrnlp train --device=cuda ")]
    [TestCase("bash", "etrnlp train my-exp", "etrnlp train my-experiment.yaml ")]
    [TestCase("bash", "etrnlp train x --runs=some", "etrnlp train x --runs=some\\ folder/")]
    [TestCase("zsh", "etrnlp tra", "etrnlp train ")]
    [TestCase("zsh", "etrnlp list rou", "etrnlp list routing ")]
    [TestCase("zsh", "etrnlp train --device=cu", "etrnlp train --device=cuda ")]
    [TestCase("zsh", "etrnlp train my-exp", "etrnlp train my-experiment.yaml ")]
    [Category("Process")]
    public void Tab_completes(string shell, string typed, string completed)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("my-experiment.yaml"), "");
        Directory.CreateDirectory(folder.File("some folder"));
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{AppContext.BaseDirectory}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            ["PS1"] = "begun> ",
            ["TERM"] = "xterm",
            ["HOME"] = folder.Path,
            ["HISTFILE"] = "/dev/null",
        };
        using var terminal = new Terminal(folder.Path, environment, shell == "bash" ? Bash : Zsh);
        terminal.WaitFor("begun>");
        var load = shell == "bash" ? "" : "autoload -U compinit; compinit -u -D; ";
        terminal.Press($"{load}source <(etrnlp completion {shell}); PS1='ready> '", "Enter");
        terminal.WaitFor("ready>");

        terminal.Press(typed, "Tab", "Z"); // a letter behind it shows the blank or the slash

        terminal.WaitFor($"ready> {completed}Z");
    }
}
