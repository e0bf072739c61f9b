namespace EtrNlp.Data.Configuration;

/// <summary>What an axis offers under one name, without its type: for <c>etrnlp list</c> and the schema.</summary>
public interface IEntry
{
    /// <summary>The name that files use under <c>kind</c>.</summary>
    string Name { get; }

    /// <summary>One sentence that says what it is.</summary>
    string Summary { get; }

    /// <summary>Where it comes from: section, equation, table or citation.</summary>
    string Reference { get; }

    /// <summary>Its keys, with types, ranges and defaults.</summary>
    IReadOnlyList<Setting> Settings { get; }
}

/// <summary>One choice of an axis.</summary>
/// <param name="Name">How experiment files name it.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Reference">Where it is described.</param>
/// <param name="Settings">Its keys.</param>
/// <param name="Create">Makes the immutable record of its values.</param>
public sealed record Entry<T>(
    string Name,
    string Summary,
    string Reference,
    IReadOnlyList<Setting> Settings,
    Func<SettingValues, T> Create
) : IEntry;

/// <summary>One axis of an experiment, without its type.</summary>
public interface IAxis
{
    /// <summary>The name of the axis: dataset, primitive, operation, ...</summary>
    string Name { get; }

    /// <summary>What it accepts, in the order of registration.</summary>
    IReadOnlyList<IEntry> Entries { get; }
}

/// <summary>The choices of one axis, addressed by the name that experiment files use.</summary>
/// <exception cref="ArgumentException">Two entries share a name.</exception>
public sealed class Registry<T>(string axis, params Entry<T>[] entries) : IAxis
{
    readonly Dictionary<string, Entry<T>> _byName = entries.ToDictionary(entry => entry.Name);

    /// <inheritdoc/>
    public string Name => axis;

    /// <summary>The names in the order of registration.</summary>
    public IReadOnlyList<string> Names { get; } = [.. entries.Select(entry => entry.Name)];

    /// <inheritdoc/>
    public IReadOnlyList<IEntry> Entries => entries;

    /// <summary>The entry of a name, or null.</summary>
    public Entry<T>? Find(string name) => _byName.GetValueOrDefault(name);
}
