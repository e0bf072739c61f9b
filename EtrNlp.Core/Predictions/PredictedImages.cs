using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Predictions;

/// <summary>
/// Images whose labels are what was predicted, to be looked at as labelled ones are; every split has them.
/// </summary>
sealed class PredictedImages(IReadOnlyList<PredictedImage> images) : ILabelledImages
{
    public int Count(Split split) => images.Count;

    public string NameOf(Split split, int index) => images[index].Name;

    public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
    {
        var length = pixels.Length / indices.Length;
        for (var i = 0; i < indices.Length; i++)
        {
            images[indices[i]].Pixels.Span.CopyTo(pixels.Slice(i * length, length));
        }
    }

    public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        var to = 0;
        foreach (var index in indices)
        {
            foreach (var task in images[index].Tasks.Where(task => !task.Task.Kind.IsDense))
            {
                task.Labels.CopyTo(values[to..]);
                to += task.Labels.Length;
            }
        }
    }

    public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        var length = values.Length / indices.Length;
        for (var i = 0; i < indices.Length; i++)
        {
            MapOf(images[indices[i]], map).CopyTo(values.Slice(i * length, length));
        }
    }

    // Of a task with several maps the first one is predicted; the others only say where it counts.
    static float[] MapOf(PredictedImage image, int map)
    {
        var places = LabelPlace.Of([.. image.Tasks.Select(task => task.Task)]);
        var (task, _) = places.Index().Single(place => place.Item.Task.Kind.IsDense && place.Item.FirstMap == map);
        return image.Tasks[task].Labels;
    }
}
