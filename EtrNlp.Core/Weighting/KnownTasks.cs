using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// The tasks of which a batch knows a label: the loss of every other is 0. They are weighed as if the others were not
/// there, whose factors are 0.
/// </summary>
static class KnownTasks
{
    const double Never = -1e30; // finite, as then is a softmax over no task at all

    /// <summary>True where a loss is not 0; found on the device, which is not waited for.</summary>
    internal static Tensor In(Tensor losses) => losses.ne(Scalars.Zero);

    /// <summary>The places of the losses that are not 0.</summary>
    internal static int[] In(double[] losses) =>
        [.. Enumerable.Range(0, losses.Length).Where(task => losses[task] != 0)];

    /// <summary>The softmax [T] over the known tasks, 0 for the others.</summary>
    internal static Tensor Softmax(Tensor logits, Tensor known) =>
        logits.masked_fill(known.logical_not(), Scalars.Of(Never)).softmax(0);
}
