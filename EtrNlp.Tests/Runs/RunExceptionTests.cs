using System.Runtime.InteropServices;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

public sealed class RunExceptionTests
{
    const string OutOfMemory =
        "the run stopped: memory is used up; "
        + "lower training.batch_size, what was saved is kept, the same command goes on from there";

    [Test]
    public void Out_of_memory_on_the_CPU_is_one_sentence_with_a_remedy()
    {
        TorchLibrary.EnsureLoaded();
        var e = Assert.Catch(() => torch.empty(1L << 48)); // 1 PiB

        Assert.That(RunException.Of(e!)?.Message, Is.EqualTo(OutOfMemory));
        Assert.That(RunException.Of(new InsufficientMemoryException())?.Message, Is.EqualTo(OutOfMemory));
    }

    // The beginning of what libtorch says of a GPU; it goes on with a trace.
    [Test]
    public void Out_of_memory_on_a_GPU_is_the_same() =>
        Assert.That(
            RunException
                .Of(
                    new NativeException("CUDA out of memory. Tried to allocate 2.00 GiB.\nException raised from malloc")
                )
                ?.Message,
            Is.EqualTo(OutOfMemory)
        );

    [Test]
    public void A_full_disk_keeps_the_name_of_the_file() =>
        Assert.That(
            RunException.Of(new IOException("No space left on device : '/runs/a.tmp'"))?.Message,
            Does.StartWith("the run stopped: No space left on device : '/runs/a.tmp'; ")
        );

    [Test]
    public void Other_exceptions_are_left_alone()
    {
        Assert.That(RunException.Of(new NativeException("shapes do not match")), Is.Null);
        Assert.That(RunException.Of(new InvalidOperationException("no such key")), Is.Null);
    }

    // As libtorch's failures arrive.
    sealed class NativeException(string message) : ExternalException(message);
}
