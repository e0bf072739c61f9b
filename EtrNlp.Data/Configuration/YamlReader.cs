using System.Text;
using EtrNlp.Data.Files;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Reads YAML text into nodes that know their places. Aliases and merge keys (<c>&lt;&lt;</c>) are expanded; duplicate
/// keys, tags, deep nesting and aliases that expand without end are refused.
/// </summary>
public static class YamlReader
{
    /// <summary>
    /// Reads a file; <paramref name="shown"/> is the path that error messages print and relative paths start from.
    /// </summary>
    /// <exception cref="ConfigException">The file cannot be read or is not one YAML document.</exception>
    public static ConfigNode ReadFile(string path, string? shown = null)
    {
        shown ??= path;
        var nowhere = new Place(shown, 0, 0);
        try
        {
            return ReadText(RegularFile.ReadText(path), shown);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException(nowhere, "there is no such file");
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigException(nowhere, "the file is not UTF-8 text; save it as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigException(nowhere, $"cannot read the file: {e.Message}");
        }
    }

    /// <summary>Reads YAML text that came from <paramref name="source"/>.</summary>
    /// <exception cref="ConfigException">The text is not one YAML document.</exception>
    public static ConfigNode ReadText(string text, string source) =>
        ReadOptional(text, source)
        ?? throw new ConfigException(new Place(source, 1, 1), "the file is empty, expected a mapping");

    /// <summary>
    /// Like <see cref="ReadText"/>, but null where the text holds nothing except blanks and comments.
    /// </summary>
    internal static ConfigNode? ReadOptional(string text, string source) =>
        new YamlComposer(Readable(text, source), source).Compose();

    /// <summary>
    /// The text, where it holds nothing that YAML forbids: the parser takes a NUL for the end, and the rest would go
    /// unread without a word.
    /// </summary>
    /// <exception cref="ConfigException">There is a control character.</exception>
    internal static string Readable(string text, string source)
    {
        var (line, column) = (1, 1);
        foreach (var c in text)
        {
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\u0085'))
            {
                throw new ConfigException(
                    new Place(source, line, column),
                    $"not valid YAML: the control character U+{(int)c:X4}; remove it"
                );
            }

            (line, column) = c == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        return text;
    }
}
