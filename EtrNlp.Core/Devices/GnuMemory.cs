using System.Runtime.InteropServices;

namespace EtrNlp.Core.Devices;

/// <summary>The GNU C library's allocator; elsewhere, or under another allocator, nothing happens.</summary>
static unsafe class GnuMemory
{
    const string Library = "libc.so.6";
    const int LargestFastPiece = 1; // mallopt(3)
    const int TrimThreshold = -1;
    const int MostMappings = -4;

    /// <summary>
    /// Freed memory stays with the process and is used again, however large: given back to the system after every
    /// layer, as is the default for large tensors, it has to be cleared before each new use, a sixth of a step of
    /// SegNet at 128x256. Freed pieces join those beside them at once.
    /// </summary>
    internal static void KeepFreed()
    {
        if (Find("mallopt") is var set && set != 0)
        {
            var mallopt = (delegate* unmanaged<int, int, int>)set;
            _ = mallopt(MostMappings, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(LargestFastPiece, 0);
        }
    }

    /// <summary>Gives the system back what is free, once.</summary>
    internal static void GiveBack()
    {
        if (Find("malloc_trim") is var trim && trim != 0)
        {
            _ = ((delegate* unmanaged<nuint, int>)trim)(0);
        }
    }

    static nint Find(string function) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, function, out var address)
            ? address
            : 0;
}
