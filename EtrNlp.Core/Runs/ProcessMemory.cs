using System.Diagnostics;
using EtrNlp.Core.Native;

namespace EtrNlp.Core.Runs;

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

    /// <summary>Resident memory now, in bytes.</summary>
    internal static long Now => Environment.WorkingSet;

    /// <summary>Gives the system back what the process holds and does not use, so that resident memory says what is in use.</summary>
    internal static void GiveBack()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GnuMemory.GiveBack();
    }

    /// <summary>
    /// Forgets the peak so far, so that a run does not report that of the run before it (its baseline's). Only Linux can; elsewhere
    /// the peak stays that of the whole process.
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
