using System.Diagnostics;

namespace EtrNlp.Core.Devices;

/// <summary>The resident memory of this process.</summary>
static class ProcessMemory
{
    const string ClearReferences = "/proc/self/clear_refs";

    /// <summary>Largest resident memory since the start or the last <see cref="RestartPeak"/>, in bytes.</summary>
    internal static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>
    /// Gives the system back what the process holds and does not use, and lets the peak begin anew; the resident memory
    /// then, in bytes.
    /// </summary>
    internal static long Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GnuMemory.GiveBack();
        RestartPeak();
        return Environment.WorkingSet;
    }

    /// <summary>Gives the system back the room of managed objects that are gone; the runtime would keep it.</summary>
    internal static void GiveBack() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>
    /// Forgets the peak so far, so that a run does not report that of the run before it (its baseline's). Only Linux
    /// can; elsewhere the peak stays that of the whole process.
    /// </summary>
    internal static void RestartPeak()
    {
        try
        {
            if (File.Exists(ClearReferences))
            {
                File.WriteAllText(ClearReferences, "5"); // proc(5): resets the high-water mark
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A container may refuse; the number is then that of the whole process, as elsewhere.
        }
    }
}
