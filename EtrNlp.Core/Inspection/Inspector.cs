using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Core.Inspection;

/// <summary>Looks at images and labels of an opened dataset as the tasks of an experiment meet them.</summary>
public sealed class Inspector(Experiment experiment, IDataset dataset, Action<string> say)
{
    const int BatchBytes = 1 << 22;
    const int Channels = 3;

    readonly ImageSize _size = experiment.Dataset.Size;
    readonly InspectedTask[] _tasks = [.. InspectedTask.Of(experiment.Tasks)];
    readonly int _columns = experiment.Tasks.Sum(task => task.Kind.Columns.Length);

    /// <summary>
    /// Counts over a split; where it has more than <paramref name="limit"/> images, over so many, evenly spread.
    /// </summary>
    public SplitStatistics Inspect(Split split, int limit)
    {
        var which = Spread(dataset.Count(split), limit);
        var found = new SplitStatistics(
            split,
            dataset.Count(split),
            which.Length,
            new PixelStatistics(),
            [.. _tasks.Select(task => new TaskStatistics(task.Task.Name, task.NewStatistics()))]
        );
        var progress = new Progress(say, $"images of {Values.SnakeCase(split)} inspected", which.Length);
        foreach (var batch in which.Chunk(Math.Max(1, BatchBytes / Most())))
        {
            Read(found, batch, [.. batch.Select(index => dataset.NameOf(split, index))]);
            Array.ForEach(batch, _ => progress.Step());
        }

        return found;
    }

    /// <summary>
    /// Positions of <paramref name="wanted"/> of <paramref name="count"/> images, evenly spread from the first on; all,
    /// where there are no more.
    /// </summary>
    public static int[] Spread(int count, int wanted) =>
        [.. Enumerable.Range(0, Math.Min(count, wanted)).Select(i => (int)((long)i * count / Math.Min(count, wanted)))];

    void Read(SplitStatistics found, int[] batch, string[] names)
    {
        Each<byte>(
            _size.Height * _size.Width * Channels,
            pixels => dataset.ReadImages(found.Split, batch, pixels),
            found.Pixels.Add
        );
        var columns = new float[batch.Length * _columns];
        dataset.ReadColumns(found.Split, batch, columns);
        foreach (var (task, statistics) in _tasks.Zip(found.Tasks))
        {
            if (task.Label is null)
            {
                for (var i = 0; i < batch.Length; i++)
                {
                    var first = (i * _columns) + task.FirstColumn;
                    statistics.Labels.Add(columns.AsSpan(first, task.Values(_size)), names[i]);
                }

                continue;
            }

            Each<float>(
                task.Values(_size),
                values => dataset.ReadMap(task.Map, found.Split, batch, values),
                statistics.Labels.Add
            );
        }

        void Each<T>(int length, Action<T[]> read, Action<ReadOnlySpan<T>, string> add)
        {
            var values = new T[batch.Length * length];
            read(values);
            for (var i = 0; i < batch.Length; i++)
            {
                add(values.AsSpan(i * length, length), names[i]);
            }
        }
    }

    // Bytes of the largest thing that is read of an image.
    int Most() =>
        _tasks.Select(task => sizeof(float) * task.Values(_size)).Append(Channels * _size.Height * _size.Width).Max();
}
