using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>
/// One pass through the network: which lane (set of running statistics, task branch) it serves, whether the network learns from it,
/// whether it stands for all lanes, through layers they have in common, how many lanes from the first one on it serves, their images
/// one after the other in the batch, whether it repeats a pass, whose batch running statistics have seen, and what it has in common with
/// the passes of other lanes, if that is known.
/// </summary>
public readonly record struct Pass(int Lane, bool Training, bool AllLanes = false, int Lanes = 1, bool Again = false, CommonFeatures? Common = null)
{
    /// <summary>Passes that together serve all lanes, with at most so many at once.</summary>
    public static IEnumerable<Pass> Over(int lanes, int atOnce, bool training)
    {
        for (var lane = 0; lane < lanes; lane += atOnce)
        {
            yield return new Pass(lane, training, Lanes: Math.Min(atOnce, lanes - lane));
        }
    }
}

/// <summary>A built layer: tensors in, tensors out, everything it owns held by the <see cref="TensorStore"/> it was built on.</summary>
public interface ILayer
{
    /// <summary>[N, C, H, W] to [N, C', H', W'], channels-last in memory, in the type of x.</summary>
    torch.Tensor Forward(torch.Tensor x, Pass pass);
}

/// <summary>A layer that can put the channels of another one behind its own, into one output; the same for all lanes of a pass.</summary>
public interface IJoiningLayer : ILayer
{
    /// <summary>[N, C, H, W] to [N, C' + C", H', W'], given <paramref name="beside"/> [N, C", H', W']; as <see cref="ILayer.Forward"/> else.</summary>
    torch.Tensor Joined(torch.Tensor x, torch.Tensor beside, Pass pass);
}
