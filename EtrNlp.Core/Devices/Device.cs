using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Devices;

/// <summary>Where a run computes.</summary>
public static class Device
{
    /// <summary>auto (a GPU where there is one), cpu, cuda or cuda:n.</summary>
    /// <exception cref="DataException">There is no such device.</exception>
    public static torch.Device Find(string name)
    {
        if (name == "cpu" || (name == "auto" && !torch.cuda.is_available()))
        {
            return torch.CPU;
        }

        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        var index =
            name is "auto" or "cuda" ? 0
            : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out var n) ? n
            : -1;
        if (index < 0)
        {
            throw new DataException($"--device {name}: expected auto, cpu or cuda[:n]");
        }

        return index < count
            ? new torch.Device(DeviceType.CUDA, index)
            : throw new DataException(
                $"--device {name}: this build sees {count} GPUs; "
                    + "'etrnlp info' says what was loaded, -p:TorchBackend=cuda builds for a GPU"
            );
    }
}
