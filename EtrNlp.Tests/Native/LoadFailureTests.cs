using EtrNlp.Core.Devices;
using NUnit.Framework;

namespace EtrNlp.Tests.Native;

/// <summary>Each way in which loading is known to fail is answered with its own remedy, in one line.</summary>
public sealed class LoadFailureTests
{
    const string Advice =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. "
        + "In order to help diagnose loading problems, consider using a tool like strace.\n";

    // Seen on Debian 12 with the package's own file.
    const string OldLibstdcxx =
        Advice
        + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
        + "/lib/x86_64-linux-gnu/libstdc++.so.6: "
        + "version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n";

    static readonly TorchBuild Cpu = new("cpu", "0.107.0", "2.10.0");

    [TestCase(OldLibstdcxx, "cpu", false, "lacks GLIBCXX_3.4.32", "`dotnet build` from its sources")]
    [TestCase(
        Advice + "libc.so.6: version `GLIBC_2.34' not found (required by /app/libtorch_cpu.so)",
        "cpu",
        false,
        "GLIBC_2.34",
        "use Debian 12"
    )]
    [TestCase(
        Advice + "libtorch_cpu.so: cannot open shared object file: No such file or directory\n",
        "cpu",
        false,
        "libtorch_cpu.so is not beside",
        "-p:TorchBackend=cpu"
    )]
    [TestCase(
        Advice + "libtorch_cuda.so: cannot open shared object file: No such file or directory\n",
        "cuda",
        false,
        "libtorch_cuda.so is not beside",
        "-p:TorchBackend=cuda"
    )]
    [TestCase(
        Advice + "/app/libLibTorchSharp.so: undefined symbol: _ZN5torch3fooEv\n",
        "external",
        false,
        "undefined symbol: _ZN5torch3fooEv",
        "ETRNLP_LIBTORCH"
    )]
    [TestCase(
        "The specified procedure could not be found. (0x8007007F)",
        "cpu",
        true,
        "issue 1567",
        "-p:TorchSharpVersion="
    )]
    public void The_cause_is_named_with_its_remedy(
        string message,
        string backend,
        bool onWindows,
        string cause,
        string remedy
    )
    {
        var sentence = LoadFailure.Explain(message, Cpu with { Backend = backend }, onWindows);

        Assert.That(sentence, Does.Contain(cause).And.Contain(remedy).And.Not.Contain("\n"));
    }
}
