using System.Buffers;
using System.Runtime.InteropServices;
using TorchSharp;

namespace EtrNlp.Core.Optimizers;

/// <summary>The memory of a contiguous float32 tensor on the CPU, at most 2 GiB; good while the tensor lives.</summary>
sealed class TensorMemory(torch.Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
