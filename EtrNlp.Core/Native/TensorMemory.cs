using System.Runtime.InteropServices;

namespace EtrNlp.Core.Native;

/// <summary>
/// Where libtorch's tensors on the CPU lie. Of the GNU C library, from which libtorch would take them, a freed block cannot be used again for
/// a tensor of the same size, since aligning it takes some bytes more: over half of the peak of a training step would be such holes. So on
/// Linux on x86-64 libtorch's two calls for memory, posix_memalign and free, come here, and tensors from 16 KiB on lie in a heap of ours.
/// Everywhere else, where the system refuses the address range, and where <see cref="SystemVariable"/> is 1, nothing is changed.
/// </summary>
static unsafe class TensorMemory
{
    /// <summary>Environment variable: 1 leaves tensors where libtorch puts them.</summary>
    internal const string SystemVariable = "ETRNLP_SYSTEM_ALLOCATOR";

    const long Smallest = 16 << 10; // below, the system's own bins serve as well
    const long AddressesPerByte = 4; // of the machine's memory: addresses cost nothing, and gaps between blocks must not be what runs out

    // A process has one libtorch, which calls these from any of its threads.
    static TensorHeap? _heap;
    static delegate* unmanaged<nint*, nuint, nuint, int> _align;
    static delegate* unmanaged<nint, void> _free;

    /// <summary>From now on; once, after libtorch is loaded. Tensors that exist stay where they are.</summary>
    internal static void TakeOver()
    {
        if (!ImportTable.IsKnown || Environment.GetEnvironmentVariable(SystemVariable) == "1" || !NativeLibrary.TryLoad("libc10.so", out var c10)
            || !NativeLibrary.TryLoad("libc.so.6", out var system))
        {
            return;
        }

        var length = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * AddressesPerByte;
        var start = Pages.Reserve(length);
        if (start == 0)
        {
            return;
        }

        _align = (delegate* unmanaged<nint*, nuint, nuint, int>)NativeLibrary.GetExport(system, "posix_memalign");
        _free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(system, "free");
        _heap = new TensorHeap(start, length, Smallest);
        if (!ImportTable.Redirect(c10, ("posix_memalign", (nint)(delegate* unmanaged<nint*, nuint, nuint, int>)&Align), ("free", (nint)(delegate* unmanaged<nint, void>)&Free)))
        {
            _heap = null;
        }
    }

    /// <summary>Gives the system back what is free, once.</summary>
    internal static void GiveBack()
    {
        foreach (var (start, length) in _heap?.Free ?? [])
        {
            Pages.GiveBack((nint)start, (nint)(start + length));
        }
    }

    // posix_memalign(3). What the heap cannot hold, the system refuses in its own way.
    [UnmanagedCallersOnly]
    static int Align(nint* address, nuint alignment, nuint bytes)
    {
        if (bytes < Smallest || bytes > long.MaxValue / 2 || alignment > TensorHeap.Alignment)
        {
            return _align(address, alignment, bytes);
        }

        *address = (nint)_heap!.Take((long)bytes);
        return *address != 0 ? 0 : _align(address, alignment, bytes);
    }

    // free(3)
    [UnmanagedCallersOnly]
    static void Free(nint address)
    {
        if (!_heap!.Return(address))
        {
            _free(address);
        }
    }
}
