namespace EtrNlp.Data.Configuration;

/// <summary>One complaint about what the user wrote, and where.</summary>
public sealed record ConfigError(Place Place, string Message)
{
    /// <summary><c>file(line,column): message</c>.</summary>
    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>The user's input is wrong: every mistake found, one sentence each. The command ends with exit code 2.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors) : Exception(string.Join('\n', errors))
{
    /// <summary>A single mistake.</summary>
    public ConfigException(Place place, string message) : this([new ConfigError(place, message)])
    {
    }

    /// <summary>The mistakes in the order they were found.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}

/// <summary>
/// A setting that is well-formed alone but does not fit the rest, named by its key (<c>operation.groups</c>);
/// whoever holds the file turns the key into a place.
/// </summary>
public sealed class InvalidSettingException(string key, string message) : Exception($"{key}: {message}")
{
    /// <summary>Dotted path of the setting; list items by their index. Relative to the mapping where it is thrown while that is read.</summary>
    public string Key { get; } = key;

    /// <summary>What is wrong, without the key.</summary>
    public string Problem { get; } = message;
}

/// <summary>Data that cannot be used: one sentence that names the file, line or image and the remedy. Exit code 2.</summary>
public sealed class DataException(string message) : Exception(message);
