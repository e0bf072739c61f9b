using EtrNlp.Core.Native;
using NUnit.Framework;

namespace EtrNlp.Tests;

/// <summary>Serves every test of this namespace and those below: where libtorch does not load, one sentence says why.</summary>
[SetUpFixture]
public sealed class TorchForAllTests
{
    [OneTimeSetUp]
    public void Load_it_once() => TorchLibrary.EnsureLoaded();
}
