using System.Globalization;
using EtrNlp.Core.Devices;

namespace EtrNlp.Tests.Support;

/// <summary>The memory this process holds, for tests that are not run beside others.</summary>
static class ResidentMemory
{
    // Adds the pages up. The count that Linux keeps of them is off by up to some hundred pages for each processor.
    const string Exact = "/proc/self/smaps_rollup";

    const string Resident = "Rss:";

    /// <summary>Bytes, when everything that is free was given back.</summary>
    public static long Settled()
    {
        ProcessMemory.Settle();
        return Now();
    }

    /// <summary>Bytes as it is.</summary>
    public static long Now() => File.Exists(Exact) ? 1024 * Kibibytes() : Environment.WorkingSet;

    static long Kibibytes()
    {
        var line = File.ReadLines(Exact).Single(line => line.StartsWith(Resident, StringComparison.Ordinal));
        return long.Parse(line[Resident.Length..^"kB".Length], CultureInfo.InvariantCulture);
    }
}
