using System.Collections.Concurrent;

namespace EtrNlp.Core.Sweeps;

/// <summary>
/// Deals devices out to runs that go on at the same time: one place for each of them, the devices in turn.
/// </summary>
public sealed class DeviceSlots
{
    readonly ConcurrentQueue<string> _free;

    /// <summary>Places for a number of runs at a time.</summary>
    public DeviceSlots(IReadOnlyList<string> devices, int jobs) =>
        _free = new(Enumerable.Range(0, jobs).Select(job => devices[job % devices.Count]));

    /// <summary>
    /// The devices that are asked for: a list as it stands; <c>cuda</c>, and <c>auto</c> where there are GPUs, every
    /// GPU when several runs go on at a time.
    /// </summary>
    /// <param name="asked">One device of <c>train</c>, or several with commas between them.</param>
    /// <param name="jobs">Runs at a time.</param>
    /// <param name="gpus">How many GPUs there are; only asked where it matters.</param>
    public static IReadOnlyList<string> Devices(string asked, int jobs, Func<int> gpus) =>
        asked is "auto" or "cuda" && jobs > 1 && gpus() is > 0 and var count
            ? [.. Enumerable.Range(0, count).Select(gpu => FormattableString.Invariant($"cuda:{gpu}"))]
            : asked.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>
    /// Does something on the device of a free place, of which there is always one, and gives the place back at the end.
    /// </summary>
    public async Task<T> On<T>(Func<string, Task<T>> work)
    {
        var device = _free.TryDequeue(out var free)
            ? free
            : throw new InvalidOperationException("more runs at a time than places");
        try
        {
            return await work(device);
        }
        finally
        {
            _free.Enqueue(device);
        }
    }
}
