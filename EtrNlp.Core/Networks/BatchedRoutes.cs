using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>The routes of a pass that lie one after the other in its batch: [routes * N, C, H, W].</summary>
static class BatchedRoutes
{
    /// <summary>
    /// Every route's images by themselves, each in a pass of its own, and the results side by side again.
    /// </summary>
    internal static Tensor Each(Tensor x, Pass pass, Func<Tensor, Pass, Tensor> forward)
    {
        if (pass.Routes == 1)
        {
            return forward(x, pass);
        }

        using var scope = NewDisposeScope();
        return cat([.. Parts(x, pass).Select(part => forward(part.Images, part.Pass))], 0).MoveToOuterDisposeScope();
    }

    /// <summary>Every route's images, views, with the pass of that route alone.</summary>
    internal static IEnumerable<(Tensor Images, Pass Pass)> Parts(Tensor x, Pass pass)
    {
        if (pass.Routes == 1)
        {
            return [(x, pass)]; // the gradient of a view is a copy
        }

        var images = x.shape[0] / pass.Routes;
        return Enumerable
            .Range(0, pass.Routes)
            .Select(i => (x.narrow(0, i * images, images), pass with { Route = pass.Route + i, Routes = 1 }));
    }

    /// <summary>
    /// So many equal parts of a batch, views, whose gradients are put together at once; one is x itself.
    /// </summary>
    internal static Tensor[] Split(Tensor x, int parts) => parts == 1 ? [x] : x.split(x.shape[0] / parts);
}
