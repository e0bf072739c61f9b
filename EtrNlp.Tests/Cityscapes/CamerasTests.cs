using System.Text;
using EtrNlp.Data.Cityscapes;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Mutations;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>Camera files of Cityscapes are read, or refused in a sentence.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CamerasTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 1 / (256 * 0.25 m * 2048).
    [Test]
    public void A_byte_order_mark_is_skipped()
    {
        byte[] camera = [0xEF, 0xBB, 0xBF, .. CityscapesTree.Camera("0.25", "2048")];

        Assert.That(Read(camera).InverseMetresOfOneStep("d"), Is.EqualTo(1 / 131072.0));
    }

    [TestCase("{\"\\uD800 is no key\": 1}", "c is no JSON")]
    [TestCase("{\"intrinsic\": 1, \"extrinsic\": {\"baseline\": 1, \"\\uD800 is no key\": 1}}", "c is no JSON")]
    [TestCase("", "c is no JSON")]
    [TestCase("[]", "c has no numbers extrinsic.baseline and intrinsic.fx above 0")]
    public void Other_files_are_refused(string text, string expected) =>
        IsRefused(Encoding.UTF8.GetBytes(text), expected);

    // Depth that is infinite, or 0, which would be unknown.
    [TestCase("1e-320")]
    [TestCase("1e-40")]
    [TestCase("1e300")]
    [TestCase("1e999")]
    public void A_camera_that_gives_no_depth_is_refused(string baseline) =>
        IsRefused(
            CityscapesTree.Camera(baseline, "2262"),
            "c has extrinsic.baseline and intrinsic.fx that no camera has"
        );

    [Test]
    [Category("Slow")]
    public void A_damaged_camera_is_a_depth_or_a_sentence()
    {
        var whole = CityscapesTree.Camera("0.209313", "2262.52");
        MutationTests.Try(
            "camera",
            2_000,
            whole,
            whole.Length,
            bytes =>
                Assert.That(Read(bytes).InverseMetresOfOneStep("d"), Is.GreaterThan(0).And.LessThan(float.MaxValue))
        );
    }

    void IsRefused(byte[] camera, string expected) =>
        Assert.That(
            () => Read(camera),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"1 camera files cannot be used: {expected}. "
                        + "Copy them again, or set dataset.depth to disparity, which needs none."
                )
        );

    Cameras Read(byte[] camera)
    {
        var path = _folder.File("camera.json");
        File.WriteAllBytes(path, camera);
        return new Cameras([(new ImageFile("d", "d"), new ImageFile("c", path))]);
    }
}
