using EtrNlp.Core.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>The schemas in the repository, by which an editor checks shipped files as they are typed.</summary>
public sealed class SchemaFilesTests
{
    const string Modeline = "# yaml-language-server: $schema=";

    static string PathOf(string kind) => Path.Combine(AppContext.BaseDirectory, "schemas", $"{kind}.json");

    static IEnumerable<string> Shipped => Etrnlp.Experiments.Concat(Etrnlp.Sweeps);

    [TestCase("experiment")]
    [TestCase("sweep")]
    public async Task They_are_what_list_prints(string kind)
    {
        var (_, printed, _) = await Etrnlp.Run("list", "--schema", kind);

        Assert.That(
            File.ReadAllText(PathOf(kind)).ReplaceLineEndings(),
            Is.EqualTo(printed.ReplaceLineEndings()),
            $"write what etrnlp list --schema {kind} prints into schemas/{kind}.json"
        );
    }

    [TestCaseSource(nameof(Shipped))]
    public void A_shipped_file_names_its_schema(string path)
    {
        var first = File.ReadLines(path).First();

        Assert.That(first, Does.StartWith(Modeline));
        Assert.That(
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, first[Modeline.Length..])),
            Is.EqualTo(PathOf(SweepFile.IsSweep(path) ? "sweep" : "experiment"))
        );
    }

    // They lie elsewhere here than in the repository, where schemas are beside their folder.
    [Test]
    public void So_does_a_benchmark() =>
        Assert.That(
            Directory
                .GetFiles(Path.Combine(AppContext.BaseDirectory, "documents", "benchmarks"), "*.yaml")
                .Select(path => File.ReadLines(path).First()),
            Is.Not.Empty.And.All.EqualTo($"{Modeline}../schemas/experiment.json")
        );
}
