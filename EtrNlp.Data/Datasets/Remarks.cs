using System.Collections.Concurrent;

namespace EtrNlp.Data.Datasets;

/// <summary>
/// What is strange about files and no mistake, one line for all files of a kind. Files may be read on many threads.
/// </summary>
public sealed class Remarks
{
    const int Shown = 5;

    readonly ConcurrentDictionary<string, ConcurrentBag<string>> _names = [];

    /// <summary>Notes a file; <paramref name="what"/> goes on with "in 3 of the files".</summary>
    public void Add(string what, string name) => _names.GetOrAdd(what, _ => []).Add(name);

    /// <summary>Says how many files each remark is about, with the first five.</summary>
    public void Say(Action<string> say)
    {
        foreach (var (what, names) in _names.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var first = string.Join(", ", names.Order(StringComparer.Ordinal).Take(Shown));
            var more = names.Count > Shown ? $" and {names.Count - Shown:N0} more" : "";
            say($"{what} in {names.Count:N0} of the files: {first}{more}");
        }
    }
}
