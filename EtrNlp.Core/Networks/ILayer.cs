using TorchSharp;

namespace EtrNlp.Core.Networks;

/// <summary>One pass through the network.</summary>
/// <param name="Route">
/// The first route it serves; a route is one task's way through the network, or that of all tasks.
/// </param>
/// <param name="Training">Whether the network learns from it: norms then use the batch's statistics.</param>
/// <param name="Routes">
/// How many routes it serves, from the first one on; their images follow one another in the batch.
/// </param>
/// <param name="AllRoutes">Whether it stands for every route, through layers that are the same for all.</param>
/// <param name="Repeats">Whether the batch was passed before: running statistics have seen it.</param>
public readonly record struct Pass(
    int Route,
    bool Training,
    int Routes = 1,
    bool AllRoutes = false,
    bool Repeats = false
)
{
    /// <summary>Passes that together serve all routes, with at most so many at once.</summary>
    public static IEnumerable<Pass> Over(int routes, int atOnce, bool training)
    {
        for (var route = 0; route < routes; route += atOnce)
        {
            yield return new Pass(route, training, Routes: Math.Min(atOnce, routes - route));
        }
    }
}

/// <summary>
/// A built layer: tensors in, tensors out, everything it owns held by the <see cref="TensorStore"/> it was built on.
/// </summary>
public interface ILayer
{
    /// <summary>
    /// [N, C, H, W] to [N, C', H', W'], in the type of x. Both may lie in memory in any order; channels-last is the
    /// fastest for most.
    /// </summary>
    torch.Tensor Forward(torch.Tensor x, Pass pass);
}
