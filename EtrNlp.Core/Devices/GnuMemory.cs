using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtrNlp.Core.Devices;

/// <summary>The GNU C library's allocator; elsewhere, or under another allocator, nothing happens.</summary>
public static unsafe partial class GnuMemory
{
    const string Library = "libc.so.6";
    const string Tunables = "GLIBC_TUNABLES";
    const int LargestFastPiece = 1; // mallopt(3)
    const int TrimThreshold = -1;
    const int MostMappings = -4;

    /// <summary>
    /// Starts this process anew without the allocator's cache per thread; only where a process starts can that be said.
    /// It keeps its number, arguments and streams. Cached pieces do not join freed memory beside them, and the
    /// alignment of tensors leaves many such pieces: with them a training step takes a quarter more memory.
    /// </summary>
    /// <remarks>Tunables that are set stay. Under a debugger, which would lose the process, nothing happens.</remarks>
    public static void WithoutThreadCache()
    {
        const string arguments = "/proc/self/cmdline"; // each ended by a zero
        var areSet = Environment.GetEnvironmentVariable(Tunables) is not null;
        if (Find("mallopt") != 0 && !areSet && !Debugger.IsAttached && File.Exists(arguments))
        {
            _ = SetEnvironment(Tunables, "glibc.malloc.tcache_count=0", 1);
            // returns only where the system refuses
            _ = Execute("/proc/self/exe", [.. File.ReadAllText(arguments).Split('\0')[..^1], null]);
        }
    }

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

    [LibraryImport(Library, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
