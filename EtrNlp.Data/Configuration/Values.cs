using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>The types of value that settings are made of.</summary>
public static class Values
{
    /// <summary>A whole number within a range.</summary>
    public static ValueType<int> Integer(int min = int.MinValue, int max = int.MaxValue) =>
        Numbers.Type("an integer", "integer", min, max, NumberStyles.AllowLeadingSign);

    /// <summary>A finite number within a range.</summary>
    public static ValueType<double> Number(double min = double.MinValue, double max = double.MaxValue) =>
        Numbers.Type("a number", "number", min, max, NumberStyles.Float);

    /// <summary>A number kept as the decimal that was written, for rules that must not see binary rounding.</summary>
    public static ValueType<decimal> Decimal(decimal min, decimal max) =>
        Numbers.Type("a number", "number", min, max, NumberStyles.Float);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static ValueType<bool> Flag { get; } =
        new(
            "true or false",
            () => new JsonObject { ["type"] = "boolean" },
            (node, key, reading) =>
                node is ScalarNode { Text: "true" or "false", Quoted: false } scalar
                    ? new Parsed<bool>(scalar.Text == "true", scalar)
                    : Refuse<bool>(node, key, reading, "true or false")
        );

    /// <summary>Any text that is not empty; <c>${VAR}</c> in it is replaced by the environment.</summary>
    public static ValueType<string> Text { get; } =
        new(
            "text",
            () => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
            (node, key, reading) =>
                node is not ScalarNode { Text.Length: > 0 } scalar ? Refuse<string>(node, key, reading, "text")
                : Variables.Expand(scalar, key, reading) is { } text ? new Parsed<string>(text, scalar)
                : null
        );

    /// <summary>A name fit for folders, columns of a table and keys: <c>[a-z0-9_]+</c>.</summary>
    public static ValueType<string> Name { get; } = PartOfPath.Type("a name of a-z, 0-9 and _", "[a-z0-9_]+");

    /// <summary>One of the members of an enumeration, in snake_case.</summary>
    public static ValueType<T> Choice<T>()
        where T : struct, Enum
    {
        var names = Enum.GetValues<T>().ToDictionary(SnakeCase);
        var expected = string.Join(" | ", names.Keys);
        return new(
            expected,
            () => Schemas.Words(names.Keys),
            (node, key, reading) =>
            {
                if (node is ScalarNode { Text: { } text } && names.TryGetValue(text, out var value))
                {
                    return new Parsed<T>(value, node);
                }

                reading.Complain(
                    node.Place,
                    key,
                    $"expected one of {string.Join(", ", names.Keys)}, "
                        + $"got {node.Described}{NearestName.NearHint((node as ScalarNode)?.Text ?? "", names.Keys)}"
                );
                return null;
            }
        );
    }

    /// <summary>A list of values of one type.</summary>
    public static ValueType<ImmutableArray<T>> List<T>(ValueType<T> item, int min = 0) =>
        new(
            ListOf(item, min),
            () =>
                new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = item.Schema(),
                    ["minItems"] = min,
                },
            (node, key, reading) =>
            {
                if (node is not ListNode list || list.Items.Length < min)
                {
                    return Refuse<ImmutableArray<T>>(node, key, reading, ListOf(item, min));
                }

                var items = list
                    .Items.Select(
                        (child, i) =>
                            item.Read(child, Section.Join(key, i.ToString(CultureInfo.InvariantCulture)), reading)
                    )
                    .ToArray();
                return items.Any(i => i is null)
                    ? null
                    : new([.. items.Select(i => i!.Value)], list with { Items = [.. items.Select(i => i!.Resolved)] });
            }
        );

    /// <summary>An entry of an axis: a mapping with <c>kind</c> and that kind's own keys.</summary>
    public static ValueType<T> OneOf<T>(Registry<T> registry)
        where T : notnull =>
        new(
            $"a mapping with kind: {string.Join(" | ", registry.Names)}",
            () => Schemas.OneOf(registry),
            (node, key, reading) =>
            {
                if (node is not MapNode map)
                {
                    var meant = NearestName.Near((node as ScalarNode)?.Text ?? "", registry.Names) ?? registry.Names[0];
                    return Refuse<T>(node, key, reading, $"a mapping such as {{kind: {meant}}}");
                }

                return Entry(registry, map, key, reading) is { } entry
                    ? Section.Create(
                        map,
                        key,
                        Section.Read(map, key, entry.Settings, reading, entry.Name),
                        entry.Create,
                        reading
                    )
                    : null;
            }
        );

    /// <summary>A mapping with fixed keys that becomes one record.</summary>
    public static ValueType<T> Record<T>(IReadOnlyList<Setting> settings, Func<SettingValues, T> create) =>
        new(
            "a mapping",
            () => Schemas.Mapping(settings),
            (node, key, reading) =>
                Section.Create(node, key, Section.Read(node, key, settings, reading), create, reading)
        );

    /// <summary>A value that may be absent, written as YAML's null.</summary>
    public static ValueType<T?> Optional<T>(ValueType<T> type)
        where T : class =>
        new(
            $"{type.Expected} or nothing",
            () => Schemas.OrNull(type.Schema()),
            (node, key, reading) =>
                node is ScalarNode { Text: null } ? new Parsed<T?>(null, node)
                : type.Read(node, key, reading) is { } parsed ? new Parsed<T?>(parsed.Value, parsed.Resolved)
                : null
        );

    /// <summary>A number that may be absent, written as YAML's null.</summary>
    public static ValueType<T?> OptionalNumber<T>(ValueType<T> type)
        where T : struct =>
        new(
            $"{type.Expected} or nothing",
            () => Schemas.OrNull(type.Schema()),
            (node, key, reading) =>
                node is ScalarNode { Text: null } ? new Parsed<T?>(null, node)
                : type.Read(node, key, reading) is { } parsed ? new Parsed<T?>(parsed.Value, parsed.Resolved)
                : null
        );

    /// <summary>The same type seen through a conversion that cannot fail.</summary>
    public static ValueType<TResult> Select<T, TResult>(this ValueType<T> type, Func<T, TResult> convert) =>
        new(
            type.Expected,
            type.Schema,
            (node, key, reading) =>
                type.Read(node, key, reading) is { } parsed
                    ? new Parsed<TResult>(convert(parsed.Value), parsed.Resolved)
                    : null
        );

    /// <summary>The same type with one more condition; <paramref name="expected"/> completes "expected ...".</summary>
    public static ValueType<T> Where<T>(this ValueType<T> type, Func<T, bool> holds, string expected) =>
        new(
            expected,
            type.Schema,
            (node, key, reading) =>
                type.Read(node, key, reading) is not { } parsed ? null
                : holds(parsed.Value) ? parsed
                : Refuse<T>(node, key, reading, expected)
        );

    /// <summary>Complains that a node is not what was expected.</summary>
    public static Parsed<T>? Refuse<T>(ConfigNode node, string key, Reading reading, string expected)
    {
        var got = (node as ListNode)?.DescribedByItems ?? node.Described;
        reading.Complain(node.Place, key, $"expected {expected}, got {got}");
        return null;
    }

    /// <summary>The YAML name of an enumeration's member: <c>SteadyState</c> is <c>steady_state</c>.</summary>
    public static string SnakeCase<T>(T value)
        where T : struct, Enum =>
        string.Concat(
            value
                .ToString()
                .Select(
                    (c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"
                )
        );

    static string ListOf<T>(ValueType<T> item, int min) =>
        min > 0 ? $"a list of at least {min}, each {item.Expected}" : $"a list, each item {item.Expected}";

    static Entry<T>? Entry<T>(Registry<T> registry, MapNode map, string key, Reading reading)
        where T : notnull
    {
        var path = Section.Join(key, Section.KindKey);
        switch (map.Child(Section.KindKey))
        {
            case ScalarNode { Text: { } kind } node:
                var entry = registry.Find(kind);
                if (entry is null)
                {
                    reading.Complain(
                        node.Place,
                        path,
                        $"there is no {registry.Name} '{kind}'{NearestName.Hint(kind, registry.Names)}"
                    );
                }

                return entry;
            case { } node:
                reading.Complain(
                    node.Place,
                    path,
                    $"expected one of {string.Join(", ", registry.Names)}, got {node.Described}"
                );
                return null;
            default:
                var misspelt = map.Entries.FirstOrDefault(other =>
                    NearestName.Near(other.Key, [Section.KindKey]) is not null
                );
                reading.Complain(
                    misspelt?.Place ?? map.Place,
                    path,
                    misspelt is null
                        ? $"missing, expected one of {string.Join(", ", registry.Names)}"
                        : $"missing; is it what '{misspelt.Key}' was meant to be?"
                );
                return null;
        }
    }
}
