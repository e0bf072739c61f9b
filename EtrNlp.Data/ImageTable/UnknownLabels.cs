using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>Columns of which a split knows no label.</summary>
static class UnknownLabels
{
    /// <summary>
    /// Checks that there is a label of every column to learn from and one to choose a checkpoint by, and says where
    /// there is none to report on.
    /// </summary>
    /// <exception cref="DataException">Train or val knows no label of a column.</exception>
    public static void Check(string path, LabelTable table, DatasetRequest request)
    {
        foreach (var split in (Split[])[Split.Train, Split.Val])
        {
            var mistakes = new Mistakes(
                count => $"{path}: columns without a label in split {Values.SnakeCase(split)} ({count:N0})",
                "Fill some of their cells there, or leave the columns out of the tasks."
            );
            foreach (var column in In(split, table))
            {
                mistakes.Add($"'{request.Columns[column].Name}'");
            }

            mistakes.ThrowIfAny();
        }

        if (In(Split.Test, table) is { Count: > 0 } unlabelled)
        {
            var names = unlabelled.Select(column => $"'{request.Columns[column].Name}'").Distinct();
            request.Say($"split test has no label of column {string.Join(", ", names)}: it has no score there");
        }
    }

    /// <summary>The positions of those columns; none where the split has no rows.</summary>
    public static IReadOnlyList<int> In(Split split, LabelTable table)
    {
        var rows = table.RowsOf(split);
        return
        [
            .. table
                .Columns.Index()
                .Where(column => rows.Length > 0 && rows.All(row => column.Item[row] == LabelTable.Unknown))
                .Select(column => column.Index),
        ];
    }
}
