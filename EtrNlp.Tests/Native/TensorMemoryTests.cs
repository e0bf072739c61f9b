using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EtrNlp.Core.Native;
using EtrNlp.Core.Runs;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Native;

/// <summary>Tensors of this very process, in the heap that libtorch has been given.</summary>
public sealed class TensorMemoryTests
{
    const int Floats = 50_000; // of no size that other tests use

    [SetUp]
    public void Only_where_it_is_so()
    {
        if (!ImportTable.IsKnown || Environment.GetEnvironmentVariable(TensorMemory.SystemVariable) == "1")
        {
            Assert.Ignore("Tensors lie where libtorch puts them: this is not Linux on x86-64, or ETRNLP_SYSTEM_ALLOCATOR is 1.");
        }
    }

    [Test]
    public void A_tensor_takes_the_place_of_one_of_its_size_that_is_gone()
    {
        using var before = empty(Floats);
        var gone = empty(Floats);
        using var behind = empty(Floats);
        var place = AddressOf(gone);
        gone.Dispose();

        using var next = empty(Floats);

        Assert.That(AddressOf(next), Is.EqualTo(place));
        Assert.That(place % TensorHeap.Alignment, Is.Zero);
    }

    [Test]
    public void What_is_free_goes_back_to_the_system()
    {
        const int mebibytes = 64;
        ProcessMemory.Settle();
        ones(mebibytes << 18).Dispose(); // float32
        var held = Environment.WorkingSet;

        var settled = ProcessMemory.Settle();

        Assert.That(held - settled, Is.GreaterThan((mebibytes - 4) << 20));
    }

    [Test]
    public void What_was_given_back_can_be_used_again()
    {
        ones(Floats).Dispose();
        ProcessMemory.Settle();

        using var again = ones(Floats);

        Assert.That(again.sum().item<float>(), Is.EqualTo(Floats));
    }

    [Test]
    public void Tensors_outlive_the_thread_that_made_them()
    {
        Tensor? made = null;
        var thread = new Thread(() => made = nn.functional.conv2d(ones(1, 8, 64, 64), ones(8, 8, 1, 1)));
        thread.Start();
        thread.Join();

        using var sum = made!.sum();
        made.Dispose();

        Assert.That(sum.item<float>(), Is.EqualTo(8 * 8 * 64 * 64));
    }

    static unsafe long AddressOf(Tensor tensor) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
