using System.Text.RegularExpressions;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// <c>${VAR}</c> inside texts and paths, replaced by the environment. The resolved file keeps the variable, so that it
/// works on another machine; numbers and choices take none, so that what a run computes always stands in its file.
/// </summary>
public static partial class Variables
{
    /// <summary>
    /// The text with every variable replaced, or null after complaining that one is not set or not written well.
    /// </summary>
    public static string? Expand(ScalarNode node, string key, Reading reading)
    {
        var text = node.Text ?? "";
        if (reading.KeepsVariables)
        {
            return text;
        }

        var missing = Variable()
            .Matches(text)
            .Select(match => match.Groups[1].Value)
            .Where(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            .Distinct()
            .ToArray();
        foreach (var name in missing)
        {
            reading.Complain(
                node.Place,
                key,
                $"the environment variable {name} is not set; set it, or write the value itself"
            );
        }

        if (IsIn(Variable().Replace(text, "")))
        {
            reading.Complain(
                node.Place,
                key,
                $"expected a variable as ${{NAME}}, of letters, digits and _, got {node.Described}"
            );
            return null;
        }

        return missing.Length > 0
            ? null
            : Variable().Replace(text, match => Environment.GetEnvironmentVariable(match.Groups[1].Value)!);
    }

    /// <summary>True where a text holds a variable.</summary>
    internal static bool IsIn(string text) => text.Contains("${", StringComparison.Ordinal);

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
