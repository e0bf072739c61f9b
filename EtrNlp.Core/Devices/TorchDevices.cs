using TorchSharp;

namespace EtrNlp.Core.Devices;

/// <summary>The devices that tensors can live on, with the GPUs' names and memory as far as NVML knows them.</summary>
public static class TorchDevices
{
    /// <summary>GPUs that this program can compute on; loads libtorch where it was built for any.</summary>
    public static int CountGpus()
    {
        if (TorchBuild.Current.Backend == "cpu")
        {
            return 0;
        }

        TorchLibrary.EnsureLoaded();
        return Count();
    }

    /// <summary>The processor first, then each GPU in CUDA's order; needs a loaded libtorch.</summary>
    internal static IReadOnlyList<TorchDevice> All(NvidiaDriver? driver)
    {
        var count = Count();
        var gpus =
            count == 0
                ? []
                : Match(
                    count,
                    driver?.Gpus ?? [],
                    Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"),
                    Environment.GetEnvironmentVariable("CUDA_DEVICE_ORDER")
                );
        return [new TorchDevice("cpu"), .. gpus];
    }

    /// <summary>
    /// Which GPU is cuda:n. NVML counts in the order of the bus and CUDA, unless told otherwise, from the fastest down,
    /// so a number means the same GPU in both only where the order is set or all are of one model.
    /// </summary>
    internal static IReadOnlyList<TorchDevice> Match(int count, IReadOnlyList<Gpu> gpus, string? visible, string? order)
    {
        var sameOrder = order == "PCI_BUS_ID" || gpus.DistinctBy(gpu => gpu.Model).Count() == 1;
        var chosen = (
            string.IsNullOrEmpty(visible)
                ? Enumerable.Range(0, count).Select(i => $"{i}")
                : visible.Split(',', StringSplitOptions.TrimEntries)
        ).ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i => Named($"cuda:{i}", i < chosen.Length ? Find(chosen[i]) : null)),
        ];

        Gpu? Find(string choice) =>
            int.TryParse(choice, out var index)
                ? sameOrder && index >= 0 && index < gpus.Count
                    ? gpus[index]
                    : null
                : gpus.FirstOrDefault(gpu => gpu.Id.StartsWith(choice, StringComparison.OrdinalIgnoreCase));
    }

    static int Count() => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    static TorchDevice Named(string name, Gpu? gpu) => new(name, gpu?.Model, gpu?.TotalMemory, gpu?.UsedMemory);
}
