using System.Collections.Immutable;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>
/// Images [N, 3, H, W] and each task's columns [N, columns] or maps [N, channels, H, W], on the device.
/// </summary>
public sealed record Batch(torch.Tensor Images, ImmutableArray<torch.Tensor> Targets)
{
    /// <summary>N.</summary>
    public int Count => (int)Images.shape[0];
}
