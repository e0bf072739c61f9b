using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EtrNlp.Data.Configuration;

/// <summary>Reads YAML text into nodes that know their places; merge keys (<c>&lt;&lt;</c>) are expanded, duplicate keys are refused.</summary>
public static class YamlReader
{
    /// <summary>Reads a file; <paramref name="shown"/> is the path that error messages print.</summary>
    /// <exception cref="ConfigException">The file cannot be read or is not one YAML document.</exception>
    public static ConfigNode ReadFile(string path, string? shown = null)
    {
        shown ??= path;
        try
        {
            return ReadText(File.ReadAllText(path), shown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(new Place(shown, 0, 0), $"cannot read the file: {e.Message}");
        }
    }

    /// <summary>Reads YAML text that came from <paramref name="source"/>.</summary>
    /// <exception cref="ConfigException">The text is not one YAML document.</exception>
    public static ConfigNode ReadText(string text, string source)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new MergingParser(new Parser(new StringReader(text))));
            return stream.Documents.Count switch
            {
                0 => throw new ConfigException(new Place(source, 1, 1), "the file is empty, expected a mapping"),
                1 => Convert(stream.Documents[0].RootNode, source, depth: 0),
                _ => throw new ConfigException(Start(stream.Documents[1].RootNode, source), "expected one YAML document, found a second one"),
            };
        }
        catch (YamlException e)
        {
            throw new ConfigException(new Place(source, e.Start.Line, e.Start.Column), $"not valid YAML: {OneLine(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new ConfigException(new Place(source, 1, 1), $"not valid YAML (is a bracket or brace left open?): {OneLine(e.Message)}");
        }
    }

    static ConfigNode Convert(YamlNode node, string source, int depth)
    {
        var place = Start(node, source);
        if (depth > 64)
        {
            throw new ConfigException(place, "nested more than 64 levels deep");
        }

        return node switch
        {
            YamlScalarNode scalar => Scalar(scalar, place),
            YamlSequenceNode list => new ListNode([.. list.Children.Select(item => Convert(item, source, depth + 1))], place),
            YamlMappingNode map => new MapNode([.. map.Children.Select(pair => Entry(pair, source, depth + 1))], place),
            _ => throw new ConfigException(place, "expected a value, a list or a mapping"),
        };
    }

    static MapEntry Entry(KeyValuePair<YamlNode, YamlNode> pair, string source, int depth) =>
        pair.Key is YamlScalarNode { Value: { } key }
            ? new MapEntry(key, Convert(pair.Value, source, depth), Start(pair.Key, source))
            : throw new ConfigException(Start(pair.Key, source), "a key must be a plain word");

    static ScalarNode Scalar(YamlScalarNode node, Place place)
    {
        var quoted = node.Style is not ScalarStyle.Plain and not ScalarStyle.Any;
        var isNull = !quoted && (node.Value is null or "" or "~" or "null");
        return new ScalarNode(isNull ? null : node.Value, place, quoted);
    }

    static Place Start(YamlNode node, string source) => new(source, node.Start.Line, node.Start.Column);

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
