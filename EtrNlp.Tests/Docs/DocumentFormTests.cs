using NUnit.Framework;

namespace EtrNlp.Tests.Docs;

/// <summary>What every document keeps.</summary>
public sealed class DocumentFormTests
{
    const int MostColumns = 120;
    const int MostLinesOfReadme = 150;

    static readonly string[] WithAnyColumns = ["THIRD-PARTY-NOTICES.md"];

    static IEnumerable<string> Names => Document.All.Select(document => document.Name);

    [Test]
    public void The_documents_are_there_to_be_looked_at() =>
        Assert.That(
            Names,
            Is.SupersetOf(new[] { "README.md", "CONTRIBUTING.md", "docs/adding.md", "benchmarks/README.md" })
        );

    [TestCaseSource(nameof(Names))]
    public void Its_links_lead_to_files_and_headings_that_exist(string name)
    {
        var document = Document.Of(name);
        var folder = Path.GetDirectoryName(name)!;

        Assert.That(
            document.Links.Where(link => !link.StartsWith("https://", StringComparison.Ordinal) && !Exists(link)),
            Is.Empty
        );

        bool Exists(string link)
        {
            var (path, anchor) = link.Split('#') is [var file, var heading] ? (file, heading) : (link, null);
            var target = path.Length == 0 ? name : Path.GetRelativePath(".", Path.Combine(folder, path));
            return File.Exists(Path.Combine(Document.Root, target))
                && (anchor is null || Document.Of(target).Anchors.Contains(anchor));
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Its_lines_fit(string name)
    {
        if (WithAnyColumns.Contains(name))
        {
            Assert.Ignore("texts of others");
        }

        Assert.That(Document.Of(name).Text.Split('\n').Where(line => line.Length > MostColumns), Is.Empty);
    }

    [Test]
    public void The_readme_is_short() =>
        Assert.That(Document.Of("README.md").Text.Split('\n'), Has.Length.LessThanOrEqualTo(MostLinesOfReadme + 1));
}
