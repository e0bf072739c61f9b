using EtrNlp.Core.Charts;
using EtrNlp.Data.Configuration;
using OxyPlot;

namespace EtrNlp.Core.Figures;

/// <summary>Figure 1b: the similarity of the tasks' gradients as a square for each layer.</summary>
public static class GradientFigure
{
    const int Across = 5;

    /// <summary>The columns of its table.</summary>
    public static IReadOnlyList<string> Header { get; } =
    ["layer", "depth", "measure", "task", "other", "value", "split", "examples"];

    /// <summary>The figure of a run.</summary>
    /// <param name="name">The run's.</param>
    /// <param name="similarity">What was measured.</param>
    public static Figure Of(string name, TaskSimilarity similarity)
    {
        PlotModel[] panels =
        [
            .. similarity.Layers.Select(one => MatrixChart.Of($"CKA {one.Layer}", similarity.Tasks, one.Cka, 0)),
            .. similarity
                .Layers.Where(one => one.Cosine is not null)
                .Select(one => MatrixChart.Of($"cosine {one.Layer}", similarity.Tasks, one.Cosine!, -1)),
        ];
        var (width, height) = MatrixChart.Size(similarity.Tasks);
        var count = FormattableString.Invariant($"{similarity.Examples} {Values.SnakeCase(similarity.Split)} images");
        return new Figure(
            Header,
            similarity.Layers.Index().SelectMany(one => Rows(similarity, one.Item, one.Index + 1)),
            PanelSheet.Svg(
                $"{name}: similarity of task gradients, {count}",
                Across,
                width,
                height,
                panels
            )
        );
    }

    static IEnumerable<IReadOnlyList<string>> Rows(TaskSimilarity similarity, LayerSimilarity one, int depth) =>
        from measure in new[] { ("cka", one.Cka), ("cosine", one.Cosine) }
        where measure.Item2 is not null
        from task in similarity.Tasks.Index()
        from other in similarity.Tasks.Index()
        select (IReadOnlyList<string>)
            [
                one.Layer,
                Figure.Number(depth),
                measure.Item1,
                task.Item,
                other.Item,
                Figure.Number(measure.Item2[task.Index, other.Index]),
                Values.SnakeCase(similarity.Split),
                Figure.Number(similarity.Examples),
            ];
}
