using System.Collections.Concurrent;
using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>
/// Threads that carry the routes of one batch through a network at the same time, each with its share of libtorch's
/// threads: a pass leaves the processor idle between its many small operations, several passes do not. The first member
/// is the calling thread. Which member carries which routes is fixed, so that sums over routes always have the same
/// order.
/// </summary>
public sealed class RouteThreads : IDisposable
{
    readonly int _routes;
    readonly int _sideBySide;
    readonly int _threads;
    readonly Member[] _others;

    /// <summary>Starts the threads; libtorch's number of threads must have been set.</summary>
    public RouteThreads(int routes, RoutesAtOnce atOnce)
    {
        (_routes, _sideBySide, _threads) = (routes, atOnce.SideBySide, torch.get_num_threads());
        Size = Math.Min(atOnce.Members, Pass.Over(routes, _sideBySide, training: true).Count());
        _others = [.. Enumerable.Range(1, Size - 1).Select(member => new Member($"routes-{member}", Share))];
        torch.set_num_threads(_threads); // the members' own numbers stay theirs; this is for threads to come
    }

    /// <summary>How many members there are, none without a pass.</summary>
    public int Size { get; }

    int Share => Math.Max(1, _threads / Size);

    /// <summary>Works on passes that together serve all routes; returns when all are done.</summary>
    public void ForEach(bool training, Action<int, Pass> work) =>
        ForEach([.. Pass.Over(_routes, _sideBySide, training)], work);

    /// <summary>The same in training, with a pass for each route even where several could go side by side.</summary>
    public void ForEachRoute(Action<int, Pass> work) => ForEach([.. Pass.Over(_routes, 1, training: true)], work);

    void ForEach(Pass[] passes, Action<int, Pass> work)
    {
        var results = _others.Select((member, m) => member.Do(() => Carry(m + 1, passes, work))).ToArray();
        try
        {
            torch.set_num_threads(Share);
            Carry(0, passes, work);
        }
        finally
        {
            torch.set_num_threads(_threads);
            // unlike Wait it throws nothing while others are at work
            Array.ForEach(results, result => ((IAsyncResult)result).AsyncWaitHandle.WaitOne());
        }

        Array.ForEach(results, result => result.GetAwaiter().GetResult()); // throws what the first that failed did
    }

    void Carry(int member, Pass[] passes, Action<int, Pass> work)
    {
        for (var pass = member; pass < passes.Length; pass += Size)
        {
            work(member, passes[pass]);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => Array.ForEach(_others, member => member.Dispose());

    // A thread that waits for work. It lasts as long as the team, since libtorch's libraries keep memory for every
    // thread they have seen.
    sealed class Member : IDisposable
    {
        readonly BlockingCollection<Task> _work = [];
        readonly Thread _thread;

        public Member(string name, int threads)
        {
            _thread = new Thread(Work) { Name = name, IsBackground = true };
            _thread.Start();
            Do(() =>
                {
                    torch.set_num_threads(threads);
                    _ = torch.get_num_threads(); // libtorch takes the number over when a thread first asks for it
                })
                .Wait();
        }

        public Task Do(Action work)
        {
            var task = new Task(work);
            _work.Add(task);
            return task;
        }

        void Work()
        {
            foreach (var task in _work.GetConsumingEnumerable())
            {
                task.RunSynchronously();
            }
        }

        public void Dispose()
        {
            _work.CompleteAdding();
            _thread.Join();
            _work.Dispose();
        }
    }
}
