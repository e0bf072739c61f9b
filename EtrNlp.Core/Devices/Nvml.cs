using System.Runtime.InteropServices;
using System.Text;

namespace EtrNlp.Core.Devices;

/// <summary>A GPU as its driver knows it: id such as GPU-1a2b..., memory in bytes.</summary>
internal sealed record Gpu(string Id, string Model, long TotalMemory, long UsedMemory);

/// <summary>The driver's version and its GPUs in the order of the bus.</summary>
internal sealed record NvidiaDriver(string Version, IReadOnlyList<Gpu> Gpus);

/// <summary>Asks NVIDIA's management library, which comes with the driver, for what TorchSharp does not tell.</summary>
internal static unsafe class Nvml
{
    const int TextLength = 96; // NVML_DEVICE_NAME_V2_BUFFER_SIZE; ids and driver versions are shorter

    /// <summary>What the driver says now, or null where there is none.</summary>
    public static NvidiaDriver? Query()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1", out var library))
        {
            return null;
        }

        try
        {
            return Query(library);
        }
        catch (EntryPointNotFoundException) // a driver too old to have these functions: unknown, as without one
        {
            return null;
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    static NvidiaDriver? Query(IntPtr library)
    {
        var start = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "nvmlInit_v2");
        var stop = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "nvmlShutdown");
        var version = (delegate* unmanaged<byte*, uint, int>)
            NativeLibrary.GetExport(library, "nvmlSystemGetDriverVersion");
        var count = (delegate* unmanaged<uint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetCount_v2");
        if (start() != 0)
        {
            return null;
        }

        try
        {
            uint devices;
            var buffer = stackalloc byte[TextLength];
            return version(buffer, TextLength) == 0 && count(&devices) == 0
                ? new NvidiaDriver(
                    Text(buffer),
                    [.. Enumerable.Range(0, (int)devices).Select(i => Device(library, (uint)i)).OfType<Gpu>()]
                )
                : null;
        }
        finally
        {
            _ = stop();
        }
    }

    static Gpu? Device(IntPtr library, uint index)
    {
        var find = (delegate* unmanaged<uint, IntPtr*, int>)
            NativeLibrary.GetExport(library, "nvmlDeviceGetHandleByIndex_v2");
        var id = (delegate* unmanaged<IntPtr, byte*, uint, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetUUID");
        var name = (delegate* unmanaged<IntPtr, byte*, uint, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetName");
        var memory = (delegate* unmanaged<IntPtr, Memory*, int>)
            NativeLibrary.GetExport(library, "nvmlDeviceGetMemoryInfo");
        IntPtr device;
        Memory bytes;
        byte* idText = stackalloc byte[TextLength],
            nameText = stackalloc byte[TextLength];
        return
            find(index, &device) == 0
            && id(device, idText, TextLength) == 0
            && name(device, nameText, TextLength) == 0
            && memory(device, &bytes) == 0
            ? new Gpu(Text(idText), Text(nameText), (long)bytes.Total, (long)bytes.Used)
            : null;
    }

    static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Memory // nvmlMemory_t
    {
        public readonly ulong Total;
        public readonly ulong Free;
        public readonly ulong Used;
    }
}
