using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EtrNlp.Tests.Golden;

/// <summary>The golden file beside the tests, or the one that <c>ETRNLP_GOLDEN</c> names.</summary>
public static class GoldenFile
{
    const string Variable = "ETRNLP_GOLDEN";

    static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? given
            : System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json");

    /// <summary>Every case, read anew.</summary>
    public static ImmutableArray<GoldenCase> Read()
    {
        var file = JsonNode.Parse(File.ReadAllBytes(Path))!;
        return (int)file["format"]! == 1
            ? [.. file["cases"]!.AsArray().Select(node => GoldenCase.Read(node!.AsObject()))]
            : throw new NotSupportedException($"{Path} is of format {file["format"]}, these tests read format 1");
    }
}
