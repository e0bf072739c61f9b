namespace EtrNlp.Data.Configuration;

/// <summary>One complaint about what the user wrote, and where.</summary>
public sealed record ConfigError(Place Place, string Message)
{
    /// <summary><c>file(line,column): message</c>.</summary>
    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>
/// The user's input is wrong: every mistake found, one sentence each. The command ends with exit code 2.
/// </summary>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors) : Exception(string.Join('\n', errors))
{
    /// <summary>A single mistake.</summary>
    public ConfigException(Place place, string message)
        : this([new ConfigError(place, message)]) { }

    /// <summary>The mistakes in the order they were found.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}

/// <summary>
/// A value that is well-formed alone but does not fit the rest. What was read from the file complains about a key of
/// its own; whoever holds the file knows where that stands.
/// </summary>
public sealed class InvalidSettingException : Exception
{
    /// <summary>A mistake in a key of something that was read from the file, an operation for example.</summary>
    public InvalidSettingException(object setting, string key, string message)
        : this(key, message) => Setting = setting;

    /// <summary>A mistake at a dotted path: of the file, or of the mapping that is being read.</summary>
    public InvalidSettingException(string key, string message)
        : base($"{key}: {message}") => (Key, Problem) = (key, message);

    /// <summary>What complains about a key of its own; null if the key is a whole path.</summary>
    public object? Setting { get; }

    /// <summary>The key, or the dotted path; list items by their index.</summary>
    public string Key { get; }

    /// <summary>What is wrong, without the key.</summary>
    public string Problem { get; }
}

/// <summary>
/// Data that cannot be used: one sentence that names the file, line or image and the remedy. Exit code 2.
/// </summary>
public sealed class DataException(string message) : Exception(message);
