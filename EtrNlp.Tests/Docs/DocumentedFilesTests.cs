using NUnit.Framework;

namespace EtrNlp.Tests.Docs;

/// <summary>The experiments and sweeps that documents show in full.</summary>
public sealed class DocumentedFilesTests
{
    static IEnumerable<string> Names =>
        Document
            .All.Where(document => document.Blocks.Any(block => block.Language == "yaml"))
            .Select(document => document.Name);

    [TestCaseSource(nameof(Names))]
    public void They_are_valid(string name)
    {
        var document = Document.Of(name);
        using var folder = new ReadersFolder(document);
        foreach (var (i, block) in document.Blocks.Where(block => block.Language == "yaml").Index())
        {
            var file = folder.Write($"shown-{i}.yaml", block.Text);

            var (code, output, error) = folder.Run(
                ["validate", file, "--no-data"],
                new() { ["ETRNLP_DATA"] = "data" }
            );

            Assert.That(code, Is.Zero, error);
            Assert.That(output, Does.StartWith($"ok: {file}: "));
        }
    }

    [Test]
    public void There_are_some() =>
        Assert.That(Names, Is.SupersetOf(new[] { "docs/experiments.md", "docs/sweeps.md", "docs/own-data.md" }));
}
