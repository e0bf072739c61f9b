namespace EtrNlp.Core.Training;

/// <summary>Work that is done in the background before its results are asked for.</summary>
static class Prefetch
{
    /// <summary>
    /// The results in the order of the work, of which up to <paramref name="ahead"/> pieces are done at once. A result
    /// belongs to whoever takes it; what nobody takes is disposed.
    /// </summary>
    public static IEnumerable<T> InOrder<T>(IEnumerable<Func<T>> work, int ahead)
        where T : IDisposable
    {
        var pending = new Queue<Task<T>>();
        try
        {
            foreach (var piece in work)
            {
                if (pending.Count < ahead)
                {
                    pending.Enqueue(Task.Run(piece));
                    continue;
                }

                var ready = Next();
                pending.Enqueue(Task.Run(piece)); // before it is taken, so that nobody is idle meanwhile
                yield return ready;
            }

            while (pending.Count > 0)
            {
                yield return Next();
            }
        }
        finally
        {
            foreach (var task in pending)
            {
                // unlike Wait, leaves a failure of what nobody asked for to the failure that is on its way
                Task.WaitAny(task);
                if (task.IsCompletedSuccessfully)
                {
                    task.Result.Dispose();
                }
            }
        }

        T Next() => pending.Dequeue().GetAwaiter().GetResult();
    }
}
