using System.Collections.Concurrent;
using EtrNlp.Core.Layers;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>
/// Threads that carry the lanes of one batch through a network at the same time, each with its share of libtorch's threads: a pass leaves
/// the processor idle between its many small operations, several passes do not. Which member carries which lanes is fixed, so that
/// sums over lanes always have the same order. A team of one is the calling thread.
/// </summary>
public sealed class LaneTeam : IDisposable
{
    readonly int _lanes;
    readonly int _sideBySide;
    readonly Member[] _members;

    /// <summary>Starts the threads; libtorch's number of threads must have been set.</summary>
    public LaneTeam(int lanes, LanesAtOnce atOnce)
    {
        (_lanes, _sideBySide, Size) = (lanes, atOnce.SideBySide, atOnce.Members);
        var threads = torch.get_num_threads();
        _members = Size == 1 ? [] : [.. Enumerable.Range(0, Size).Select(member => new Member($"lanes-{member}", Math.Max(1, threads / Size)))];
        torch.set_num_threads(threads); // the members' own numbers stay theirs; this is for threads to come
    }

    /// <summary>How many members there are.</summary>
    public int Size { get; }

    /// <summary>Works on passes that together serve all lanes; returns when all are done.</summary>
    public void ForEach(bool training, Action<int, Pass> work)
    {
        var passes = Pass.Over(_lanes, _sideBySide, training).ToArray();
        if (_members.Length == 0)
        {
            Array.ForEach(passes, pass => work(0, pass));
            return;
        }

        var results = _members.Select((member, m) => member.Do(() =>
        {
            for (var pass = m; pass < passes.Length; pass += Size)
            {
                work(m, passes[pass]);
            }
        })).ToArray();
        Task.WhenAll(results).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        Array.ForEach(results, result => result.GetAwaiter().GetResult()); // throws what the first that failed did
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => Array.ForEach(_members, member => member.Dispose());

    // A thread that waits for work. It lasts as long as the team, since libtorch's libraries keep memory for every thread they have seen.
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
            }).Wait();
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
