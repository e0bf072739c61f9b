namespace EtrNlp.Core.Devices;

/// <summary>
/// What this process has of libtorch; <c>LibTorch</c> is null where a supplied one does not tell its version,
/// <c>Threads</c> counts those of one operation.
/// </summary>
public sealed record TorchLibraryInfo(
    bool Loaded,
    string? Failure,
    string Backend,
    string TorchSharp,
    string? LibTorch,
    int? Threads,
    IReadOnlyList<TorchDevice> Devices,
    string? Driver,
    IReadOnlyList<string> Files
);

/// <summary>
/// A device by its name in <c>--device</c>; model and memory (bytes) are null where nothing tells them.
/// </summary>
public sealed record TorchDevice(string Name, string? Model = null, long? TotalMemory = null, long? UsedMemory = null);
