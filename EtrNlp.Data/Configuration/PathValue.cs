using System.Text.RegularExpressions;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// A path in a file. <c>${VAR}</c> is replaced by the environment; a path that starts with a variable is relative to the current
/// directory, a literal one to the file it stands in. The resolved file keeps <c>${VAR}</c> and shows a literal path in full.
/// </summary>
public static partial class PathValue
{
    /// <summary>The type of a parameter that holds a path; the value is a full path.</summary>
    public static ValueType<string> Type { get; } = new("a path", () => new JsonObject { ["type"] = "string" }, Read);

    /// <summary>Replaces every <c>${VAR}</c>, or names the first one that is not set.</summary>
    public static string Expand(string text, out string? unset)
    {
        string? missing = null;
        var expanded = Variable().Replace(text, match =>
        {
            var value = Environment.GetEnvironmentVariable(match.Groups[1].Value);
            missing ??= string.IsNullOrEmpty(value) ? match.Groups[1].Value : null;
            return value ?? "";
        });
        unset = missing;
        return expanded;
    }

    static Parsed<string>? Read(ConfigNode node, string key, Reading reading)
    {
        if (node is not ScalarNode { Text: { } text })
        {
            return Values.Refuse<string>(node, key, reading, "a path");
        }

        var expanded = Expand(text, out var unset);
        if (unset is not null)
        {
            reading.Complain(node.Place, key, $"the environment variable {unset} is not set; set it, or write the path itself");
            return null;
        }

        var startsWithVariable = text.StartsWith("${", StringComparison.Ordinal);
        var folder = node.Place.InFile && !startsWithVariable ? Path.GetDirectoryName(Path.GetFullPath(node.Place.Source))! : Environment.CurrentDirectory;
        var full = Path.GetFullPath(expanded, folder);
        return new Parsed<string>(full, startsWithVariable ? node : new ScalarNode(full, node.Place));
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
