namespace EtrNlp.Data.Configuration;

/// <summary>The name a user most likely meant, by Damerau-Levenshtein distance with adjacent swaps.</summary>
public static class NearestName
{
    /// <summary>"; did you mean 'x'?", or the list of what there is where nothing is near.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var best = names.OrderBy(candidate => Distance(name, candidate)).FirstOrDefault();
        return best is not null && Distance(name, best) <= Math.Max(2, name.Length / 3)
            ? $"; did you mean '{best}'?"
            : $"; known: {string.Join(", ", names)}";
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other.</summary>
    public static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 ? j : j == 0 ? i : Cheapest(i, j);
            }
        }

        return cost[a.Length, b.Length];

        int Cheapest(int i, int j)
        {
            var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
            var best = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (same ? 0 : 1));
            return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
        }
    }
}
