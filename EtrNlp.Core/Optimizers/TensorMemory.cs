using System.Buffers;
using System.Runtime.InteropServices;
using TorchSharp;

namespace EtrNlp.Core.Optimizers;

/// <summary>The memory of a contiguous float32 tensor on the CPU, which outlives it; at most 2 GiB.</summary>
sealed class TensorMemory(torch.Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => default; // it never moves

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
