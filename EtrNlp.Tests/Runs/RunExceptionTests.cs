using System.Runtime.InteropServices;
using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class RunExceptionTests
{
    // The beginnings of what libtorch says on the CPU and on a GPU; both go on with a trace of their own.
    [TestCase("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.\nframe #0")]
    [TestCase("CUDA out of memory. Tried to allocate 2.00 GiB.\nException raised from malloc")]
    public void Out_of_memory_is_one_sentence_with_a_remedy(string message)
    {
        var expected = "the run stopped: memory is used up; lower training.batch_size, what was saved is kept, the same command goes on from there";

        Assert.That(RunException.Of(new ExternalException(message))!.Message, Is.EqualTo(expected));
        Assert.That(RunException.Of(new OutOfMemoryException())!.Message, Is.EqualTo(expected));
    }

    [Test]
    public void A_full_disk_keeps_the_name_of_the_file() =>
        Assert.That(RunException.Of(new IOException("No space left on device : '/runs/a.tmp'"))!.Message, Does.StartWith("the run stopped: No space left on device : '/runs/a.tmp'; "));

    [Test]
    public void Other_exceptions_are_left_alone()
    {
        Assert.That(RunException.Of(new ExternalException("shapes do not match")), Is.Null);
        Assert.That(RunException.Of(new InvalidOperationException("no such key")), Is.Null);
    }
}
