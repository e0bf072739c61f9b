using System.Text.Json;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What a user wants done when all has ended.</summary>
public sealed class EndCommandTests
{
    [Test]
    public async Task It_is_run_once_and_reads_the_result()
    {
        using var folder = Folder();
        var told = folder.In("told");

        var (code, _, error) = await Train(folder, $"cat >>'{told}'; echo heard");

        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("heard"));
        Assert.That(File.ReadAllLines(told), Has.Length.EqualTo(1));
        var run = JsonDocument.Parse(File.ReadAllText(told)).RootElement[0];
        Assert.That(run.GetProperty("name").GetString(), Is.EqualTo("base"));
        Assert.That(
            run.GetProperty("mean").GetRawText(),
            Is.EqualTo(
                JsonDocument
                    .Parse(File.ReadAllText(folder.In("runs", "base", "seed-0", "result.json")))
                    .RootElement.GetProperty("mean")
                    .GetRawText()
            )
                .IgnoreWhiteSpace
        );
    }

    [Test]
    public async Task If_it_fails_that_is_said_and_the_result_is_kept()
    {
        using var folder = Folder();

        var (code, output, error) = await Train(folder, "exit 3");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("etrnlp: the command of --on-end ended with exit code 3; the results are in"));
        Assert.That(output, Does.Contain("accuracy"));
        Assert.That(File.Exists(folder.In("runs", "base", "seed-0", "result.json")));
    }

    [Test]
    public async Task It_is_not_run_if_nothing_was_trained()
    {
        using var folder = Folder();

        var (code, _, _) = await Train(folder, $"echo >'{folder.In("told")}'", "--set", "routing.kind=nothing");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(File.Exists(folder.In("told")), Is.False);
    }

    static SweepFolder Folder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The commands are for a shell of Unix.");
        }

        return new SweepFolder("");
    }

    static Task<(int Code, string Output, string Error)> Train(SweepFolder folder, string command, params string[] more)
    {
        string[] where = ["--runs", folder.In("runs"), "--device", "cpu", "--on-end", command];
        return Etrnlp.Run(["train", folder.In("base.yaml"), .. where, .. more]);
    }
}
