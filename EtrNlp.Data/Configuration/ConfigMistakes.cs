namespace EtrNlp.Data.Configuration;

/// <summary>What is wrong with several pieces of configuration, reported together.</summary>
public sealed class ConfigMistakes
{
    readonly List<ConfigError> _found = [];

    /// <summary>Does something; what it finds wrong is kept.</summary>
    public void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ConfigException e)
        {
            Add(e.Errors);
        }
    }

    /// <summary>Keeps some more.</summary>
    public void Add(IEnumerable<ConfigError> errors) => _found.AddRange(errors);

    /// <summary>Ends here if anything was wrong.</summary>
    /// <exception cref="ConfigException">Every mistake, each once, in the order they were found.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count > 0)
        {
            throw new ConfigException([.. _found.Distinct()]);
        }
    }
}
