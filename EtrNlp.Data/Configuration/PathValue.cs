using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// A path in a file. A path that starts with a variable is relative to the current directory, and so is one on the
/// command line; a literal one is relative to the file it stands in, unless it starts with <c>~</c>. The resolved file
/// keeps <c>${VAR}</c> and shows a literal path in full.
/// </summary>
public static class PathValue
{
    /// <summary>The type of a setting that holds a path; the value is a full path.</summary>
    public static ValueType<string> Type { get; } =
        new("a path", () => new JsonObject { ["type"] = "string", ["minLength"] = 1 }, Read);

    static Parsed<string>? Read(ConfigNode node, string key, Reading reading)
    {
        if (
            node is not ScalarNode { Text: { Length: > 0 } text } scalar
            || text.Contains('\0', StringComparison.Ordinal)
        )
        {
            return Values.Refuse<string>(node, key, reading, "a path");
        }

        if (Variables.Expand(scalar, key, reading) is not { } expanded)
        {
            return null;
        }

        var startsWithVariable = text.StartsWith("${", StringComparison.Ordinal);
        var folder =
            node.Place.InFile && !startsWithVariable
                ? Path.GetDirectoryName(Path.GetFullPath(node.Place.Source))!
                : Environment.CurrentDirectory;
        var full = Path.GetFullPath(HomeFolder.Expand(expanded), folder);
        return new Parsed<string>(
            full,
            startsWithVariable
                ? node
                : new ScalarNode(
                    Variables.IsIn(text) ? Path.Combine(folder, HomeFolder.Expand(text)) : full,
                    node.Place
                )
        );
    }
}
