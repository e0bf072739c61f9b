using System.Reflection;
using NUnit.Framework;

namespace EtrNlp.Tests.Architecture;

/// <summary>What the compiler does not look at in the sources that these tests were built from.</summary>
public sealed class SourceLinesTests
{
    const int MostColumns = 120; // max_line_length in .editorconfig

    static readonly string[] Projects = ["EtrNlp.Cli", "EtrNlp.Core", "EtrNlp.Data", "EtrNlp.Tests", "build"];
    static readonly string[] Built = ["bin", "obj"];

    static string Folder =>
        typeof(SourceLinesTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "SourceFolder")
            .Value!;

    [TestCaseSource(nameof(Projects))]
    public void No_line_is_longer_than_an_editor_shows(string project)
    {
        var files = Sources(Path.Combine(Folder, project)).ToArray();

        Assert.That(files, Is.Not.Empty);
        Assert.That(files.SelectMany(TooLong), Is.Empty);
    }

    static IEnumerable<string> Sources(string folder) =>
        Directory
            .GetDirectories(folder)
            .Where(inner => !Built.Contains(Path.GetFileName(inner)))
            .SelectMany(Sources)
            .Concat(Directory.GetFiles(folder, "*.cs"));

    static IEnumerable<string> TooLong(string file) =>
        File.ReadLines(file)
            .Index()
            .Where(line => line.Item.Length > MostColumns)
            .Select(line => $"{Path.GetRelativePath(Folder, file)}({line.Index + 1}): {line.Item.Length} columns");
}
