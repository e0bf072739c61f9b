namespace EtrNlp.Data.Configuration;

/// <summary>
/// One key of a mapping: the single source for parsing, <c>etrnlp list</c>, the schema and the documentation.
/// </summary>
/// <param name="Name">The key, in snake_case.</param>
/// <param name="Summary">What it means, with its unit.</param>
/// <param name="Default">YAML text of the default; null where the key must be given.</param>
/// <param name="Cosmetic">True where it does not change what a run computes (names, paths, display).</param>
/// <param name="Added">
/// True for a key that came after others: at its default the resolved file leaves it out, so that the runs of before it
/// stay the same experiments; that default must never change.
/// </param>
public abstract record Setting(string Name, string Summary, string? Default, bool Cosmetic, bool Added)
{
    /// <summary>What values are accepted, for people.</summary>
    public abstract string Expected { get; }

    /// <summary>JSON schema of the values.</summary>
    public abstract System.Text.Json.Nodes.JsonObject Schema { get; }

    internal abstract (object? Value, ConfigNode Resolved)? ReadUntyped(ConfigNode node, string key, Reading reading);
}

/// <summary>A key whose value is a <typeparamref name="T"/>.</summary>
/// <param name="Name">The key, in snake_case.</param>
/// <param name="Summary">What it means, with its unit.</param>
/// <param name="Type">What values are accepted.</param>
/// <param name="Default">YAML text of the default; null where the key must be given.</param>
/// <param name="Cosmetic">True where it does not change what a run computes (names, paths, display).</param>
/// <param name="Added">True for a key that came after others; it needs a default.</param>
public sealed record Setting<T>(
    string Name,
    string Summary,
    ValueType<T> Type,
    string? Default = null,
    bool Cosmetic = false,
    bool Added = false
) : Setting(Name, Summary, Default, Cosmetic, Added)
{
    /// <inheritdoc/>
    public override string Expected => Type.Expected;

    /// <inheritdoc/>
    public override System.Text.Json.Nodes.JsonObject Schema => Type.Schema();

    internal override (object? Value, ConfigNode Resolved)? ReadUntyped(ConfigNode node, string key, Reading reading) =>
        Type.Read(node, key, reading) is { } parsed ? (parsed.Value, parsed.Resolved) : null;
}

/// <summary>The typed values of one mapping, each fetched by the setting that declared it.</summary>
public sealed class SettingValues(IReadOnlyDictionary<Setting, object?> values)
{
    /// <summary>The value that was read for a declared setting.</summary>
    public T Get<T>(Setting<T> setting) => (T)values[setting]!;
}
