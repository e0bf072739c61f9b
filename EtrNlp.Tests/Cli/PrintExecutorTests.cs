using System.Diagnostics;
using System.Text.Json;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Commands for schedulers that the program does not know.</summary>
public sealed class PrintExecutorTests
{
    [Test]
    public async Task Every_missing_run_is_a_command_the_baselines_first()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5, 1]}\nseeds: [0, 3]\n");

        var (code, output, error) = await Print(folder);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(code, Is.Zero, error);
        Assert.That(lines, Has.Length.EqualTo(8));
        Assert.That(lines[0], Is.EqualTo("# the baseline, whose results the others need"));
        Assert.That(lines[1..3], Has.All.Contains(Path.Combine("tiny", "base", "experiment.yaml")));
        Assert.That(lines[3], Is.EqualTo("# after those, in any order"));
        Assert.That(lines[4], Does.StartWith("etrnlp train ").And.Contain("--set 'seeds=[0]'"));
        Assert.That(lines[4], Does.Contain("gamma=0.5"));
        Assert.That(lines[7], Does.Contain("--set 'seeds=[3]'").And.Contain("gamma=1"));
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "gamma=1", "experiment.yaml")),
            Does.Match("(?m)^threads: 1\r?$"),
            "1,024 at a time share the cores, but have one each"
        );
    }

    [Test]
    public async Task A_program_is_told_what_needs_what()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\nseeds: [3]\n");

        var (_, output, _) = await Print(folder, "--json");

        var (first, second) = (JsonDocument.Parse(output).RootElement[0], JsonDocument.Parse(output).RootElement[1]);
        Assert.That(first.GetProperty("needs").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(second.GetProperty("needs").GetString(), Is.EqualTo(first.GetProperty("folder").GetString()));
        Assert.That(second.GetProperty("command")[1].GetString(), Is.EqualTo("train"));
    }

    [Test]
    [Category("Process")]
    public async Task The_commands_train_what_the_sweep_then_finds_done()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The commands are for a shell of Unix.");
        }

        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\n");
        var commands = (await Print(folder)).Output;
        var shell = new ProcessStartInfo("bash", ["-ec", commands]) { RedirectStandardError = true };
        shell.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(shell)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        var (code, output, error) = await Etrnlp.Run(
            "sweep",
            folder.In("sweep.yaml"),
            "--runs",
            folder.In("runs"),
            "--device",
            "cpu"
        );

        Assert.That(process.ExitCode, Is.Zero, said);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("was done already (2 of 2)"));
        Assert.That(output, Does.Contain("gamma=0.5"));
        Assert.That((await Print(folder)).Output, Is.EqualTo(output), "nothing is missing: the table");
    }

    [Test]
    public async Task Several_devices_are_for_this_machine_to_deal_out()
    {
        using var folder = new SweepFolder("");

        var (code, _, error) = await Etrnlp.Run(
            "sweep",
            folder.In("sweep.yaml"),
            "--executor",
            "print",
            "--device",
            "cuda:0,cuda:1"
        );

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("--device cuda:0,cuda:1: several devices are dealt out by this machine"));
    }

    static Task<(int Code, string Output, string Error)> Print(SweepFolder folder, params string[] more) =>
        Etrnlp.Run([
            "sweep",
            folder.In("sweep.yaml"),
            "--runs",
            folder.In("runs"),
            "--device",
            "cpu",
            "--jobs",
            "1024",
            "--executor",
            "print",
            .. more,
        ]);
}
