using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Builds the nodes of one YAML document from the parser's events. The library's own tree would recurse as deep as the
/// text nests. It reports one duplicate key only, and an unknown alias without its place.
/// </summary>
sealed class YamlComposer(string text, string source)
{
    const int MaxDepth = 64;
    const int MaxNodes = 100_000;

    readonly PlacedParser _parser = new(text);
    readonly List<ConfigError> _errors = [];
    readonly Dictionary<string, Anchored> _anchors = [];
    int _nodes;

    /// <summary>The root, or null where there is no document.</summary>
    /// <exception cref="ConfigException">Everything that is wrong, or what stopped the parser.</exception>
    public ConfigNode? Compose()
    {
        try
        {
            Next<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            Next<DocumentStart>();
            var root = Node(depth: 0);
            Next<DocumentEnd>();
            if (_parser.Accept<DocumentStart>(out var second))
            {
                Complain(
                    At(second),
                    "expected one YAML document, found a second one; remove it or put it into a file of its own"
                );
            }

            return _errors.Count == 0 ? root : throw new ConfigException([.. _errors]);
        }
        catch (YamlException e)
        {
            throw new ConfigException([.. _errors, new YamlMistake(text, source).Of(e)]);
        }
    }

    ConfigNode Node(int depth)
    {
        _parser.Accept<ParsingEvent>(out var current);
        var place = At(current!);
        if (depth > MaxDepth)
        {
            throw Fatal(place, $"nested more than {MaxDepth} levels deep");
        }

        Count(1, place);
        if (current is AnchorAlias)
        {
            return Alias(Next<AnchorAlias>(), depth);
        }

        var before = _nodes;
        RefuseTag((NodeEvent)current!);
        ConfigNode node = current switch
        {
            Scalar => Value(Next<Scalar>()),
            SequenceStart => List(depth),
            _ => Map(depth),
        };
        if (current is NodeEvent { Anchor: { IsEmpty: false } anchor })
        {
            _anchors[anchor.Value] = new Anchored(node, _nodes - before + 1, Height(node));
        }

        return node;
    }

    ConfigNode Alias(AnchorAlias alias, int depth)
    {
        var place = At(alias);
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            Complain(
                place,
                $"there is no anchor '&{alias.Value.Value}' above this alias"
                    + $"{NearestName.NearHint(alias.Value.Value, _anchors.Keys)}"
            );
            return new ScalarNode(null, place);
        }

        Count(target.Size, place);
        return depth + target.Height <= MaxDepth
            ? target.Node
            : throw Fatal(place, $"nested more than {MaxDepth} levels deep");
    }

    ListNode List(int depth)
    {
        var start = Next<SequenceStart>();
        var place = At(start);
        var items = ImmutableArray.CreateBuilder<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new ListNode(items.ToImmutable(), place);
    }

    MapNode Map(int depth)
    {
        var start = Next<MappingStart>();
        // [key: value], which the parser places at the start of the file
        var isPairInList = depth > 0 && start.Start.Index == 0;
        var place = isPairInList && _parser.Accept<Scalar>(out var first) ? At(first) : At(start);
        var entries = new Dictionary<string, MapEntry>();
        var merged = new List<ConfigNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var (key, plain, keyPlace) = Key();
            var value = Node(depth + 1);
            if (plain && key == "<<")
            {
                merged.Add(value);
            }
            else if (!entries.TryAdd(key, new MapEntry(key, value, keyPlace)))
            {
                Complain(
                    keyPlace,
                    $"{key}: the key stands here a second time, first in line {entries[key].Place.Line}; remove one"
                );
            }
        }

        foreach (var entry in merged.SelectMany(Merged).Where(entry => !entries.ContainsKey(entry.Key)))
        {
            entries.Add(entry.Key, entry);
        }

        return new MapNode([.. entries.Values], place);
    }

    (string Key, bool Plain, Place Place) Key()
    {
        _parser.Accept<ParsingEvent>(out var current);
        if (current is not Scalar { Value.Length: > 0 })
        {
            throw Fatal(At(current!), "a key must be a plain word");
        }

        var scalar = Next<Scalar>();
        Count(1, At(scalar));
        RefuseTag(scalar);
        return (scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar));
    }

    IEnumerable<MapEntry> Merged(ConfigNode value)
    {
        var maps = value is ListNode list ? list.Items : [value];
        foreach (var wrong in maps.Where(item => item is not MapNode))
        {
            Complain(wrong.Place, $"<<: expected an alias of a mapping, got {wrong.Described}");
        }

        return maps.OfType<MapNode>().SelectMany(map => map.Entries);
    }

    ScalarNode Value(Scalar scalar)
    {
        var quoted = scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty;
        return new ScalarNode(!quoted && ScalarNode.MeansNull(scalar.Value) ? null : scalar.Value, At(scalar), quoted);
    }

    void RefuseTag(NodeEvent node)
    {
        var isText = node is Scalar && (node.Tag.IsNonSpecific || node.Tag == "tag:yaml.org,2002:str");
        if (!node.Tag.IsEmpty && !isText)
        {
            var tag = Printable.Line(node.Tag.Value.Replace("tag:yaml.org,2002:", "!!", StringComparison.Ordinal));
            Complain(At(node), $"the tag '{tag}' is not used here; write the value alone");
        }
    }

    void Count(int nodes, Place place)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw Fatal(place, $"more than {MaxNodes} values, those that aliases repeat included");
        }
    }

    T Next<T>()
        where T : ParsingEvent => _parser.Consume<T>();

    Place At(ParsingEvent parsed) => new(source, parsed.Start.Line, parsed.Start.Column);

    void Complain(Place place, string message) => _errors.Add(new ConfigError(place, message));

    ConfigException Fatal(Place place, string message) => new([.. _errors, new ConfigError(place, message)]);

    static int Height(ConfigNode node) =>
        node switch
        {
            ListNode list => 1 + list.Items.Select(Height).DefaultIfEmpty().Max(),
            MapNode map => 1 + map.Entries.Select(entry => Height(entry.Value)).DefaultIfEmpty().Max(),
            _ => 0,
        };

    sealed record Anchored(ConfigNode Node, int Size, int Height);
}
