using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EtrNlp.Data.Configuration;

/// <summary>Names that become folders or parts of file names, on every system.</summary>
public static class PartOfPath
{
    /// <summary>A file's name may have 255 characters, and others are put before and behind these.</summary>
    public const int Longest = 100;

    const string KeptByWindows = @"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)";

    /// <summary>
    /// The type of a name; <paramref name="expected"/> completes "expected ...", <paramref name="pattern"/> is that of
    /// the whole name.
    /// </summary>
    public static ValueType<string> Type(string expected, string pattern)
    {
        var (whole, kept) = (
            new Regex($"^{pattern}$", RegexOptions.CultureInvariant),
            new Regex($"^{KeptByWindows}", RegexOptions.CultureInvariant)
        );
        return new(
            expected,
            () => Schema(pattern),
            (node, key, reading) =>
            {
                if (
                    node is not ScalarNode { Text: { } text }
                    || whole.Match(text).Length != text.Length
                    || text.Length == 0
                )
                {
                    return Values.Refuse<string>(node, key, reading, expected);
                }

                var problem =
                    text.Length > Longest ? $"expected a name of at most {Longest} characters, got one of {text.Length}"
                    : kept.IsMatch(text) ? $"'{text}' cannot be the name of a file on Windows; choose another name"
                    : null;
                if (problem is not null)
                {
                    reading.Complain(node.Place, key, problem);
                }

                return problem is null ? new Parsed<string>(text, node) : null;
            }
        );
    }

    static JsonObject Schema(string pattern) =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = $"^(?!{KeptByWindows}){pattern}$",
            ["maxLength"] = Longest,
        };
}
