using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>A column of a contact sheet: the images, or what their labels say.</summary>
abstract class SheetColumn(string title)
{
    /// <summary>What stands above it.</summary>
    public string Title => title;

    /// <summary>What its colours mean.</summary>
    public virtual IReadOnlyList<LegendEntry> Legend => [];

    /// <summary>The panel of an image.</summary>
    public abstract SheetPanel Draw(Split split, int index);

    /// <summary>
    /// The columns of some tasks: the images, then a column for each task that learns from maps. Tasks that tell
    /// classes from the rest share one, so that a task of one class is seen among the others.
    /// </summary>
    public static ImmutableArray<SheetColumn> Of(
        ImmutableArray<LearningTask> tasks,
        ILabelledImages dataset,
        ImageSize size
    )
    {
        var all = InspectedTask.Of(tasks);
        var shared = all.Where(IsShared).ToArray();
        return
        [
            new ImageColumn([.. all.Where(one => one.Label is null)], dataset, size),
            .. all.Where(one => one.Label is not null && (!IsShared(one) || one == shared[0]))
                .Select(one => Of(one, IsShared(one) ? shared : [one], dataset, size)),
        ];

        static bool IsShared(InspectedTask one) => one is { Label: PixelMap.Classes, IsExclusive: false };
    }

    static SheetColumn Of(InspectedTask one, InspectedTask[] together, ILabelledImages dataset, ImageSize size) =>
        one.Label switch
        {
            PixelMap.Classes => new ClassColumn(together, dataset, size),
            PixelMap.Depth => new DepthColumn(one, dataset, size),
            PixelMap.Normals => new NormalColumn(one, dataset, size),
            var other => throw new NotSupportedException($"nothing is drawn of {other}"),
        };

    /// <summary>The map of an image.</summary>
    protected static float[] Read(InspectedTask task, ILabelledImages dataset, ImageSize size, Split split, int index)
    {
        var values = new float[task.Values(size)];
        dataset.ReadMap(task.Map, split, [index], values);
        return values;
    }
}
