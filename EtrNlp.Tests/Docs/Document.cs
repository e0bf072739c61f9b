using System.Text.RegularExpressions;

namespace EtrNlp.Tests.Docs;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">The word behind the fence.</param>
/// <param name="Text">What is inside, each line with its end.</param>
sealed record Block(string Language, string Text);

/// <summary>A file of Markdown, as this project writes it: fences of three backticks at the start of a line.</summary>
sealed partial record Document(string Name, string Text)
{
    /// <summary>Where copies of the repository's documents lie as they lie there.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "documents");

    /// <summary>Every document.</summary>
    public static IEnumerable<Document> All =>
        Directory
            .GetFiles(Root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(Of);

    /// <summary>A document by its path in the repository.</summary>
    public static Document Of(string name) =>
        new(name, File.ReadAllText(Path.Combine(Root, name)).ReplaceLineEndings("\n"));

    /// <summary>Its fenced blocks.</summary>
    public IEnumerable<Block> Blocks =>
        Fence().Matches(Text).Select(match => new Block(match.Groups["language"].Value, match.Groups["text"].Value));

    /// <summary>It without its fenced blocks.</summary>
    public string Prose => Fence().Replace(Text, "");

    /// <summary>What stands between single backticks.</summary>
    public IEnumerable<string> Code =>
        InlineCode().Matches(Prose).Select(match => Spaces().Replace(match.Groups[1].Value, " "));

    /// <summary>What links and images point to.</summary>
    public IEnumerable<string> Links =>
        Link().Matches(InlineCode().Replace(Prose, "")).Select(match => match.Groups[1].Value);

    /// <summary>The names by which links find its headings.</summary>
    public IEnumerable<string> Anchors =>
        Heading()
            .Matches(Prose)
            .Select(match => NoAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    public override string ToString() => Name;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
