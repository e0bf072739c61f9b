using YamlDotNet.Core;
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
        var written = text.ToString();
        return written.EndsWith("...\n", StringComparison.Ordinal) ? written[..^4] : written;
    }

    static YamlNode Convert(ConfigNode node) => node switch
    {
        ScalarNode scalar => new YamlScalarNode(scalar.Text ?? "null") { Style = scalar.Quoted ? ScalarStyle.DoubleQuoted : ScalarStyle.Any },
        ListNode list => new YamlSequenceNode(list.Items.Select(Convert)) { Style = SequenceStyle(list) },
        MapNode map => new YamlMappingNode(map.Entries.Select(entry => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(entry.Key), Convert(entry.Value)))),
        _ => throw new ArgumentException($"unknown node {node.GetType().Name}", nameof(node)),
    };

    static YamlDotNet.Core.Events.SequenceStyle SequenceStyle(ListNode list) =>
        list.Items.All(item => item is ScalarNode) ? YamlDotNet.Core.Events.SequenceStyle.Flow : YamlDotNet.Core.Events.SequenceStyle.Block;
}
