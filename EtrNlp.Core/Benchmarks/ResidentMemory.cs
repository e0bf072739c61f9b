using System.Globalization;

namespace EtrNlp.Core.Benchmarks;

/// <summary>Resident memory of this process on Linux, in bytes; null elsewhere.</summary>
public static class ResidentMemory
{
    /// <summary>Memory resident now.</summary>
    public static long? Now => Read("VmRSS:");

    /// <summary>The largest since the start or the last <see cref="ForgetPeak"/>.</summary>
    public static long? Peak => Read("VmHWM:");

    /// <summary>Lets the peak begin anew at what is resident now; false where the system does not allow it.</summary>
    public static bool ForgetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static long? Read(string key) => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
        ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024
        : null;
}
