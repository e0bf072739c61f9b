using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>
/// Says which requested columns, or classes, no image of an evaluated split has: whatever is predicted, they score 0
/// there.
/// </summary>
static class Positives
{
    const int Shown = 5;

    static readonly (string What, string Scores) _ofColumn = (
        "positive of column",
        "precision, recall and f of such a column are"
    );
    static readonly (string What, string Scores) _ofClass = ("image of class", "f of such a class is");

    /// <summary>
    /// Looks at val and test until every column was seen; <paramref name="holds"/> is asked with split, image and
    /// position of the column.
    /// </summary>
    /// <param name="columns">Their names.</param>
    /// <param name="say">Hears of them.</param>
    /// <param name="count">The images of a split.</param>
    /// <param name="holds">Whether an image has it.</param>
    /// <param name="areClasses">Whether they are classes of columns, of which an image has one.</param>
    public static void SayWhereNone(
        IReadOnlyList<string> columns,
        Action<string> say,
        Func<Split, int> count,
        Func<Split, int, int, bool> holds,
        bool areClasses = false
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
                    $"split {Values.SnakeCase(split)} has no {(areClasses ? _ofClass : _ofColumn).What} "
                        + $"{string.Join(", ", names.Take(Shown))}{more}: "
                        + $"{(areClasses ? _ofClass : _ofColumn).Scores} 0 whatever is predicted, "
                        + "and delta_p leaves out a mean whose baseline is 0"
                );
            }
        }
    }
}
