using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtrNlp.Tests.Golden;

/// <summary>Holds answers against what a golden case expects.</summary>
public static class Comparison
{
    /// <summary>One sentence per expected value that is answered wrongly or not at all.</summary>
    public static IEnumerable<string> Deviations(GoldenCase golden, Answers answers)
    {
        var expected = Leaves(golden.Expected, "").ToArray();
        foreach (var (path, leaf) in expected.Where(leaf => !answers.IsLeft(leaf.Path)))
        {
            var given = answers.All.Where(answer => answer.Path == path).ToArray();
            if (given.Length == 0)
            {
                yield return $"{path}: expected, but not answered";
            }

            foreach (var deviation in given.Select(answer => Deviation(golden, leaf, answer.Numbers)).OfType<string>())
            {
                yield return $"{path}: {deviation}";
            }
        }
    }

    /// <summary>
    /// The expected values that are numbers, by path; null stands for "no tensor" or "not stated". Flags make no claim.
    /// </summary>
    public static IEnumerable<(string Path, JsonNode? Leaf)> Leaves(JsonNode? node, string path) =>
        node switch
        {
            JsonObject tensor when tensor.ContainsKey("data") => [(path, tensor)],
            JsonObject map => map.SelectMany(pair => Leaves(pair.Value, Join(path, pair.Key))),
            JsonArray list when list.All(item => item is JsonValue) => [(path, list)],
            JsonArray list => list.SelectMany((item, i) => Leaves(item, Join(path, $"{i}"))),
            JsonValue flag when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [],
            _ => [(path, node)],
        };

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";

    static string? Deviation(GoldenCase golden, JsonNode? leaf, Numbers? found)
    {
        if (leaf is null)
        {
            return found is null or { Shape: null } ? null : "expected no tensor, found one";
        }

        if (found is null)
        {
            return "expected a tensor, found none";
        }

        var expected = GoldenTensor.Numbers(leaf);
        if (!(expected.Shape ?? []).SequenceEqual(found.Shape ?? []))
        {
            return $"expected shape [{string.Join(", ", expected.Shape ?? [])}], "
                + $"found [{string.Join(", ", found.Shape ?? [])}]";
        }

        // Written so that NaN is a deviation.
        var wrong = Enumerable
            .Range(0, expected.Values.Length)
            .Where(i => !(Math.Abs(found.Values[i] - expected.Values[i]) <= golden.Tolerance(expected.Values[i])))
            .ToArray();
        return wrong.Length == 0
            ? null
            : $"{wrong.Length} of {expected.Values.Length} are off, at {wrong[0]}: "
                + $"expected {expected.Values[wrong[0]]:R}, found {found.Values[wrong[0]]:R}";
    }
}
