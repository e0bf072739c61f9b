using System.Text.Json.Nodes;

namespace EtrNlp.Tests.Golden;

/// <summary>What a golden case asks: sizes and settings, and the tensors to put in.</summary>
public sealed record GoldenQuestion(JsonObject Config, JsonObject Inputs);

/// <summary>
/// One case of a golden file: a question, the numbers it must be answered with, and how far an answer may be off.
/// </summary>
public sealed record GoldenCase(
    string Kind,
    string Name,
    double RelativeTolerance,
    double AbsoluteTolerance,
    GoldenQuestion Question,
    JsonObject Expected
)
{
    public static GoldenCase Read(JsonObject node) =>
        new(
            (string)node["kind"]!,
            (string)node["name"]!,
            (double)node["rtol"]!,
            (double)node["atol"]!,
            new GoldenQuestion(node["config"]!.AsObject(), node["inputs"]!.AsObject()),
            node["expected"]!.AsObject()
        );

    /// <summary>The largest allowed distance from an expected number.</summary>
    public double Tolerance(double expected) => AbsoluteTolerance + (RelativeTolerance * Math.Abs(expected));

    public override string ToString() => $"{Kind}: {Name}";
}
