namespace EtrNlp.Data.Configuration;

/// <summary>
/// The name a user most likely meant, by Damerau-Levenshtein distance with adjacent swaps, upper and lower case alike.
/// </summary>
public static class NearestName
{
    /// <summary>"; did you mean 'x'?", or the list of what there is where nothing is near.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known) =>
        Near(name, known) is not null ? NearHint(name, known)
        : known.Count > 0 ? $"; known: {string.Join(", ", known)}"
        : "; nothing is known here";

    /// <summary>"; did you mean 'x'?", or nothing where nothing is near.</summary>
    public static string NearHint(string name, IEnumerable<string> known) =>
        Near(name, known) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>
    /// The nearest name that differs by at most a third of what was written, one letter for short ones; of several
    /// the one that begins with it. Null where there is none.
    /// </summary>
    public static string? Near(string name, IEnumerable<string> known)
    {
        var limit = Math.Max(1, name.Length / 3);
        return known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
            .Where(candidate => Distance(name, candidate) <= limit)
            .MinBy(candidate =>
                (Distance(name, candidate), candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            );
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other.
    /// </summary>
    public static int Distance(string left, string right)
    {
        var (a, b) = (left.ToLowerInvariant(), right.ToLowerInvariant());
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] =
                    i == 0 ? j
                    : j == 0 ? i
                    : Cheapest(i, j);
            }
        }

        return cost[a.Length, b.Length];

        int Cheapest(int i, int j)
        {
            var best = Math.Min(
                Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1,
                cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            );
            return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                ? Math.Min(best, cost[i - 2, j - 2] + 1)
                : best;
        }
    }
}
