using TorchSharp;

namespace EtrNlp.Tests.Support;

/// <summary>
/// Counts tensors. There is one count for the whole process, so what uses it is not run beside other tests: it is
/// <see cref="NUnit.Framework.NonParallelizableAttribute"/>.
/// </summary>
static class LiveTensors
{
    /// <summary>
    /// How many more tensors live after something was done than before. What earlier tests left to the finalizer, which
    /// takes it at any time, is collected first, so that the number is too small at worst.
    /// </summary>
    public static long KeptBy(Action action)
    {
        Collect();
        var before = torch.Tensor.TotalCount;
        action();
        return torch.Tensor.TotalCount - before;
    }

    static void Collect()
    {
        for (var round = 0; round < 2; round++) // what a finalizer lets go of is found in the second
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
