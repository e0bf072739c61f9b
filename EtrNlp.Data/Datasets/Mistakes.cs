using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>
/// All mistakes of one kind in some data, reported together: how many, the first five, and the remedy.
/// </summary>
public sealed class Mistakes(Func<int, string> what, string remedy)
{
    const int Shown = 5;

    readonly List<string> _first = [];
    int _count;

    /// <summary>Records one more, named by line or image.</summary>
    public void Add(string mistake) => Add(() => mistake);

    /// <summary>Records one more, whose words are asked for only if they are shown.</summary>
    public void Add(Func<string> mistake)
    {
        _count++;
        if (_first.Count < Shown)
        {
            _first.Add(mistake());
        }
    }

    /// <summary>All of them; null where there is none.</summary>
    public string? Sentence =>
        _count == 0
            ? null
            : $"{what(_count)}: {string.Join("; ", _first)}"
                + $"{(_count > Shown ? $" and {_count - Shown:N0} more" : "")}. {remedy}";

    /// <summary>Ends the search.</summary>
    /// <exception cref="DataException">There was a mistake.</exception>
    public void ThrowIfAny()
    {
        if (Sentence is { } sentence)
        {
            throw new DataException(sentence);
        }
    }
}
