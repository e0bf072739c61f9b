namespace EtrNlp.Data.Configuration;

/// <summary>One pass over a configuration: collects complaints and notices, so that all mistakes are reported together.</summary>
public sealed class Reading
{
    readonly List<ConfigError> _errors = [];
    readonly List<string> _notices = [];

    /// <summary>What a user should know about how the file was read.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Records a mistake and returns the given fallback, so that reading goes on.</summary>
    public void Complain(Place place, string key, string message) => _errors.Add(new ConfigError(place, $"{key}: {message}"));

    /// <summary>Records something worth saying that is no mistake.</summary>
    public void Notice(string message) => _notices.Add(message);

    /// <summary>Ends the pass.</summary>
    /// <exception cref="ConfigException">There were mistakes.</exception>
    public void ThrowIfWrong()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigException([.. _errors]);
        }
    }
}
