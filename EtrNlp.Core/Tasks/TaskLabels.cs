using System.Collections.Immutable;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Tasks;

/// <summary>The labels of one task in an opened dataset, before it is trained.</summary>
public sealed class TaskLabels
{
    const int RowsAtOnce = 4096;

    readonly IDataset _dataset;
    readonly int _all; // columns that the tasks ask for
    readonly int _first;
    readonly int _count;

    TaskLabels(IDataset dataset, int all, int first, int count) =>
        (_dataset, _all, _first, _count) = (dataset, all, first, count);

    /// <summary>The tasks with what they must know of their labels.</summary>
    public static ImmutableArray<LearningTask> In(IDataset dataset, ImmutableArray<LearningTask> tasks)
    {
        var all = tasks.Sum(task => task.Kind.Columns.Length);
        return [.. LabelPlace.Of(tasks).Select(Fitted)];

        LearningTask Fitted(LabelPlace place)
        {
            var kind = place.Task.Kind;
            var labels = new TaskLabels(dataset, all, place.FirstColumn, kind.Columns.Length);
            return place.Task with { Kind = kind.For(labels) };
        }
    }

    /// <summary>Whether some are unknown, in any split.</summary>
    public bool HasUnknown => Enumerable.Range(_first, _count).Any(_dataset.HasUnknown);

    /// <summary>How many training images each column says yes and no of.</summary>
    public ImmutableArray<(int Yes, int No)> CountTraining()
    {
        var counts = new (int Yes, int No)[_count];
        int[] rows = [.. Enumerable.Range(0, _dataset.Count(Split.Train))];
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            var values = new float[chunk.Length * _all];
            _dataset.ReadColumns(Split.Train, chunk, values);
            for (var i = 0; i < chunk.Length * _count; i++)
            {
                var (row, column) = (i / _count, i % _count);
                var label = values[(row * _all) + _first + column];
                counts[column].Yes += label > 0.5 ? 1 : 0;
                counts[column].No += label < 0.5 ? 1 : 0;
            }
        }

        return [.. counts];
    }
}
