using System.Runtime.ExceptionServices;

namespace EtrNlp.Data.Images;

/// <summary>Loops whose turns run on all processors.</summary>
static class Concurrent
{
    /// <summary>
    /// Runs every index once, taken in ascending order, so that neighbours in a file are read together; what a turn
    /// throws is thrown as it is, the first where there are several.
    /// </summary>
    public static void For(int count, Action<int> turn, CancellationToken cancellation)
    {
        var next = -1;
        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions { CancellationToken = cancellation },
                _ => turn(Interlocked.Increment(ref next))
            );
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
