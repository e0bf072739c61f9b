namespace EtrNlp.Data.Datasets;

/// <summary>
/// Says which requested columns no image of an evaluated split has: whatever is predicted, they score 0 there.
/// </summary>
static class Positives
{
    const int Shown = 5;

    /// <summary>
    /// Looks at val and test until every column was seen; <paramref name="holds"/> is asked with split, image and
    /// position of the column.
    /// </summary>
    public static void SayWhereNone(
        IReadOnlyList<string> columns,
        Action<string> say,
        Func<Split, int> count,
        Func<Split, int, int, bool> holds
    )
    {
        foreach (var split in (Split[])[Split.Val, Split.Test])
        {
            var missing = Enumerable.Range(0, columns.Count).ToList();
            for (var i = 0; i < count(split) && missing.Count > 0; i++)
            {
                missing.RemoveAll(column => holds(split, i, column));
            }

            string[] names = [.. missing.Select(column => $"'{columns[column]}'").Distinct()];
            if (count(split) > 0 && names.Length > 0)
            {
                var more = names.Length > Shown ? $" and {names.Length - Shown} more" : "";
                say(
                    $"split {split.ToString().ToLowerInvariant()} has no positive of column "
                        + $"{string.Join(", ", names.Take(Shown))}{more}: "
                        + "precision, recall and f of such a column are 0 whatever is predicted, "
                        + "and delta_p leaves out a mean whose baseline is 0"
                );
            }
        }
    }
}
