using EtrNlp.Core.Charts;
using EtrNlp.Core.Inspection;

namespace EtrNlp.Core.Figures;

/// <summary>Figure 7: t-SNE of the shared and task features of one image, one point a channel.</summary>
public static class FeatureFigure
{
    const int MostPoints = 1000; // exact t-SNE of more takes minutes
    const double Perplexity = 30;
    const double LeastWidth = 900;
    const double Height = 560;

    /// <summary>The columns of its table.</summary>
    public static IReadOnlyList<string> Header { get; } =
    ["layer", "image", "task", "branch", "channel", "x", "y", "perplexity", "seed"];

    /// <summary>The figure of a run.</summary>
    /// <param name="name">The run's.</param>
    /// <param name="image">What the image is called.</param>
    /// <param name="features">The channels.</param>
    /// <param name="seed">Where the positions begin.</param>
    public static Figure Of(string name, string image, BranchFeatures features, int seed)
    {
        var channels = Thinned(features.Channels);
        var perplexity = Math.Min(Perplexity, Math.Max(1, (channels.Count - 1) / 3)); // as its authors advise
        var places = Tsne.Embed([.. channels.Select(one => one.Values)], perplexity, seed);
        var tasks = channels.Select(one => one.Task).Distinct().ToArray();
        ScatterGroup[] groups =
        [
            .. channels
                .Select((one, i) => (Feature: one, Place: (places[i, 0], places[i, 1])))
                .GroupBy(one => (one.Feature.IsShared, one.Feature.Task))
                .OrderByDescending(group => group.Key.IsShared)
                .Select(group => new ScatterGroup(
                    $"{group.Key.Task} {BranchOf(group.Key.IsShared)}",
                    Array.IndexOf(tasks, group.Key.Task),
                    group.Key.IsShared,
                    [.. group.Select(one => one.Place)]
                )),
        ];
        return new Figure(
            Header,
            channels.Select(
                (one, i) =>
                    (IReadOnlyList<string>)
                        [
                            features.Layer,
                            image,
                            one.Task,
                            BranchOf(one.IsShared),
                            Figure.Number(one.Channel),
                            Figure.Number(places[i, 0]),
                            Figure.Number(places[i, 1]),
                            Figure.Number(perplexity),
                            Figure.Number(seed),
                        ]
            ),
            PanelSheet.Svg(
                $"{name}: t-SNE of the channels of {features.Layer}, image {image}",
                1,
                SideLegend.WidthWithChart([.. groups.Select(group => group.Name)], Height, LeastWidth),
                Height,
                [ScatterChart.Of(groups)]
            )
        );
    }

    static string BranchOf(bool isShared) => isShared ? "shared" : "task";

    // Of every branch an equal share, evenly spread.
    static List<BranchFeature> Thinned(IReadOnlyList<BranchFeature> channels)
    {
        var share = Math.Min(1, MostPoints / (double)channels.Count);
        return
        [
            .. channels
                .GroupBy(one => (one.Task, one.IsShared))
                .SelectMany(branch =>
                {
                    var all = branch.ToArray();
                    var kept = Math.Max(1, (int)(all.Length * share));
                    return Inspector.Spread(all.Length, kept).Select(i => all[i]);
                }),
        ];
    }
}
