using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Paths of the command line, which a shell leaves as they are behind a '=' and in quotes.</summary>
public sealed class PathOptionTests
{
    const string Nothing = "etrnlp-has-nothing-here";

    static readonly string _sweep = Path.Combine(AppContext.BaseDirectory, "experiments", "gamma.yaml");

    [TestCase("runs ~/{0}")]
    [TestCase("eval ~/{0}")]
    [TestCase("validate ~/{0}")]
    [TestCase("train ~/{0}")]
    [TestCase("compare runs --baseline=~/{0}")]
    [TestCase("sweep {1} --dry-run --json --runs=~/{0}")]
    [TestCase("validate {1} --set baseline=~/{0}")]
    public async Task Every_path_may_start_at_home(string line)
    {
        var (_, output, error) = await Etrnlp.Run([
            .. line.Split(' ').Select(word => word.Replace("{0}", Nothing).Replace("{1}", _sweep)),
        ]);

        Assert.That(
            output + error,
            Does.Contain(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Nothing))
        );
    }

    [TestCase("data inspect {0} --sheet=")]
    [TestCase("data inspect {0} --cache=")]
    [TestCase("data prepare {0} --cache=")]
    [TestCase("data bench {0} --cache=")]
    [TestCase("train {0} --cache=")]
    [TestCase("train {0} --runs=")]
    [TestCase("validate {0} --cache=")]
    [TestCase("compare {0} --baseline=")]
    public async Task An_empty_text_is_no_path(string line)
    {
        string[] words = line.Replace("{0}", _sweep).Split(' ');
        var option = words[^1][..^1];

        Told.IsTold(
            await Etrnlp.Run([.. words[..^1], option, ""]),
            2,
            $"etrnlp: {option}: expected the path of a file or folder, got an empty text; see etrnlp "
        );
    }

    [TestCase("train", "file")]
    [TestCase("data inspect", "file")]
    public async Task An_empty_argument_is_no_path(string command, string name) =>
        Told.IsTold(
            await Etrnlp.Run([.. command.Split(' '), ""]),
            2,
            $"etrnlp: {name}: expected the path of a file or folder, got an empty text; see etrnlp {command} --help"
        );
}
