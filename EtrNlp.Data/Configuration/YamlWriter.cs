using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EtrNlp.Data.Configuration;

/// <summary>Writes nodes as YAML text that <see cref="YamlReader"/> reads back unchanged.</summary>
public static class YamlWriter
{
    /// <summary>The document, with <c>\n</c> line ends and a final one.</summary>
    public static string Write(ConfigNode node)
    {
        var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(Convert(node))).Save(text, assignAnchors: false);
        var written = Printable.Yaml(text.ToString());
        return written.EndsWith("...\n", StringComparison.Ordinal) ? written[..^4] : written;
    }

    static YamlNode Convert(ConfigNode node) =>
        node switch
        {
            ScalarNode { Text: null } => new YamlScalarNode("null") { Style = ScalarStyle.Plain },
            ScalarNode scalar => Scalar(scalar.Text, scalar.Quoted || ScalarNode.MeansNull(scalar.Text)),
            ListNode list => new YamlSequenceNode(list.Items.Select(Convert)) { Style = Style(list) },
            MapNode map => new YamlMappingNode(
                map.Entries.Select(entry =>
                    KeyValuePair.Create<YamlNode, YamlNode>(Scalar(entry.Key, entry.Key == "<<"), Convert(entry.Value))
                )
            ),
            _ => throw new ArgumentException($"unknown node {node.GetType().Name}", nameof(node)),
        };

    // Everything but the plainest text is double-quoted: the one style in which every character has an escape.
    static YamlScalarNode Scalar(string text, bool quoted) =>
        new(text)
        {
            Style =
                quoted || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '.' or '/')
                    ? ScalarStyle.DoubleQuoted
                    : ScalarStyle.Any,
        };

    static SequenceStyle Style(ListNode list) =>
        list.Items.All(item => item is ScalarNode) ? SequenceStyle.Flow : SequenceStyle.Block;
}
