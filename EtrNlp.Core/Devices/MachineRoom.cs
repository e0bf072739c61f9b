using System.Globalization;

namespace EtrNlp.Core.Devices;

/// <summary>What this machine has, in bytes.</summary>
public static class MachineRoom
{
    static readonly string[] Limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>The memory this process may use: the machine's, or what a container leaves of it.</summary>
    public static long Memory => Limits.Select(Limit).OfType<long>().Append(Total).Min();

    /// <summary>The room left on the disk a folder is on, or will be.</summary>
    public static long? Disk(string folder)
    {
        try
        {
            var existing = Path.GetFullPath(folder);
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            {
                existing = parent;
            }

            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // some network drives do not tell
        }
    }

    // On Linux the runtime's own figure is three quarters of what a container has.
    static long Total =>
        File.Exists("/proc/meminfo") && File.ReadLines("/proc/meminfo").FirstOrDefault() is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
                * 1024
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    static long? Limit(string path) =>
        File.Exists(path)
        && long.TryParse(
            File.ReadAllText(path),
            NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var bytes
        )
            ? bytes
            : null;
}
