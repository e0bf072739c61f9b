namespace EtrNlp.Data.Configuration;

/// <summary>
/// One pass over a configuration: collects complaints and notices, so that all mistakes are reported together.
/// </summary>
public sealed class Reading
{
    readonly List<ConfigError> _errors = [];
    readonly List<string> _notices = [];

    /// <summary>
    /// True if <c>${VAR}</c> stays as it stands: what a file says can be known where its data is not.
    /// </summary>
    public bool KeepsVariables { get; init; }

    /// <summary>What a user should know about how the file was read.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Records a mistake, so that reading goes on.</summary>
    public void Complain(Place place, string key, string message) =>
        _errors.Add(new ConfigError(place, key.Length == 0 ? message : $"{key}: {message}"));

    /// <summary>
    /// Records a setting that does not fit the rest, at the place where it stands below <paramref name="node"/>, itself
    /// found under <paramref name="key"/>.
    /// </summary>
    public void Complain(ConfigNode node, string key, InvalidSettingException wrong) =>
        Complain(node.PlaceOf(wrong.Key), Section.Join(key, wrong.Key), wrong.Problem);

    /// <summary>Records something worth saying that is no mistake.</summary>
    public void Notice(string message) => _notices.Add(message);

    /// <summary>Ends the pass.</summary>
    /// <exception cref="ConfigException">
    /// There were mistakes: all of them, those of one file in the order of its lines.
    /// </exception>
    public void ThrowIfWrong()
    {
        if (_errors.Count > 0)
        {
            var byFile = _errors.Distinct().GroupBy(error => error.Place.Source);
            throw new ConfigException([
                .. byFile.SelectMany(file =>
                    file.OrderBy(error => error.Place.Line).ThenBy(error => error.Place.Column)
                ),
            ]);
        }
    }
}
