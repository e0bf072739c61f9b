using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EtrNlp.Tests.Golden;

/// <summary>The golden file beside the tests, or the one that <c>ETRNLP_GOLDEN</c> names.</summary>
public static class GoldenFile
{
    const string Variable = "ETRNLP_GOLDEN";

    /// <summary>Whether it is another file than the one beside the tests; it may hold fewer kinds.</summary>
    public static bool IsAnother => Given is not null;

    static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    static string Path => Given ?? System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json");

    /// <summary>Every case, read anew.</summary>
    public static ImmutableArray<GoldenCase> Read()
    {
        var file = JsonNode.Parse(File.ReadAllBytes(Path))!;
        return (int)file["format"]! == 1
            ? [.. file["cases"]!.AsArray().Select(node => GoldenCase.Read(node!.AsObject()))]
            : throw new NotSupportedException($"{Path} is of format {file["format"]}, these tests read format 1");
    }
}
