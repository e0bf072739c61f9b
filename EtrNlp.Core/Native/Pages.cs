using System.Runtime.InteropServices;

namespace EtrNlp.Core.Native;

/// <summary>Pages of memory, from Linux itself.</summary>
static partial class Pages
{
    const int Readable = 1, Writable = 2; // mmap(2), mprotect(2)
    const int Private = 2, Anonymous = 0x20, WithoutReserve = 0x4000;
    const int Unneeded = 4; // madvise(2)

    /// <summary>The address of zeros that take no memory before they are written to, or 0 where the system refuses so many bytes.</summary>
    internal static nint Reserve(long bytes)
    {
        var address = Map(0, (nuint)bytes, Readable | Writable, Private | Anonymous | WithoutReserve, -1, 0);
        return address == -1 ? 0 : address;
    }

    /// <summary>Gives the system back the whole pages between two addresses; they are zeros afterwards.</summary>
    internal static void GiveBack(nint start, nint end)
    {
        var page = (nint)Environment.SystemPageSize;
        var (first, last) = ((start + page - 1) / page * page, end / page * page);
        if (last > first)
        {
            _ = Advise(first, (nuint)(last - first), Unneeded);
        }
    }

    /// <summary>Lets data that the loader has made read-only be written to; false where the system refuses.</summary>
    internal static bool MakeWritable(nint address)
    {
        var page = (nint)Environment.SystemPageSize;
        return Protect(address / page * page, (nuint)page, Readable | Writable) == 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
