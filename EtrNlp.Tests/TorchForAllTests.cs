using EtrNlp.Core.Devices;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests;

/// <summary>
/// Serves every test of this namespace and those below: where libtorch does not load, one sentence says why.
/// </summary>
[SetUpFixture]
public sealed class TorchForAllTests
{
    [OneTimeSetUp]
    public void Load_it_once()
    {
        TorchLibrary.EnsureLoaded();

        // The tensors of tests are small: threads that wait for each other on a busy machine would cost seconds.
        torch.set_num_threads(1);
    }
}
