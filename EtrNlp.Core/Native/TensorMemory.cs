using System.Runtime.InteropServices;
using EtrNlp.Core.Estimates;

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

    static readonly long Memory = MachineRoom.Memory;

    // A process has one libtorch, which calls these from any of its threads.
    static TensorHeap? _heap;
    static delegate* unmanaged<nint*, nuint, nuint, int> _align;
    static delegate* unmanaged<nint, void> _free;

    /// <summary>From now on; once, after libtorch is loaded. Tensors that exist stay where they are.</summary>
    internal static void TakeOver()
    {
        if (!ImportTable.IsKnown || Environment.GetEnvironmentVariable(SystemVariable) == "1" || !NativeLibrary.TryLoad("libc10.so", out var c10))
        {
            return;
        }

        var start = Pages.Reserve(Memory * AddressesPerByte);
        if (start == 0)
        {
            return;
        }

        // Those that libtorch has called so far, be they the C library's or of an allocator loaded before it: some of what is freed is theirs.
        var system = NativeLibrary.GetMainProgramHandle();
        _align = (delegate* unmanaged<nint*, nuint, nuint, int>)NativeLibrary.GetExport(system, "posix_memalign");
        _free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(system, "free");
        _heap = new TensorHeap(start, Memory * AddressesPerByte, Smallest);
        if (!ImportTable.Redirect(c10, ("free", (nint)(delegate* unmanaged<nint, void>)&Free), ("posix_memalign", (nint)(delegate* unmanaged<nint*, nuint, nuint, int>)&Align)))
        {
            _heap = null;
        }
    }

    /// <summary>Gives the system back what is free, once.</summary>
    internal static void GiveBack() => _heap?.VisitFree((start, length) => Pages.GiveBack((nint)start, (nint)(start + length)));

    // posix_memalign(3). What the machine cannot hold the system refuses in its own way, which libtorch reports.
    [UnmanagedCallersOnly]
    static int Align(nint* address, nuint alignment, nuint bytes)
    {
        if (bytes < Smallest || bytes > (nuint)Memory || alignment > TensorHeap.Alignment)
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
