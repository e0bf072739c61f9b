using EtrNlp.Core.Devices;
using NUnit.Framework;

namespace EtrNlp.Tests.Native;

/// <summary>A GPU is given a name only where it is certain which one it is.</summary>
public sealed class TorchDevicesTests
{
    static readonly Gpu[] Mixed = [new("GPU-aa11", "Small", 8, 1), new("GPU-bb22", "Big", 80, 2)];
    static readonly Gpu[] Twins = [new("GPU-aa11", "Twin", 8, 1), new("GPU-bb22", "Twin", 8, 2)];

    [Test]
    public void Equal_models_are_taken_in_order() =>
        Assert.That(
            TorchDevices.Match(2, Twins, visible: null, order: null).Select(device => device.UsedMemory),
            Is.EqualTo(new long?[] { 1, 2 })
        );

    [Test]
    public void Different_models_are_unknown_while_CUDA_sorts_them_by_speed() =>
        Assert.That(
            TorchDevices.Match(2, Mixed, visible: null, order: null),
            Is.EqualTo(new TorchDevice[] { new("cuda:0"), new("cuda:1") })
        );

    [TestCase("1", "PCI_BUS_ID")]
    [TestCase("GPU-bb", null)]
    public void The_visible_one_is_found_by_number_or_by_id(string visible, string? order) =>
        Assert.That(
            TorchDevices.Match(1, Mixed, visible, order),
            Is.EqualTo(new TorchDevice[] { new("cuda:0", "Big", 80, 2) })
        );

    [Test]
    public void Without_a_driver_library_a_GPU_has_only_its_name() =>
        Assert.That(
            TorchDevices.Match(1, [], visible: null, order: null),
            Is.EqualTo(new TorchDevice[] { new("cuda:0") })
        );
}
