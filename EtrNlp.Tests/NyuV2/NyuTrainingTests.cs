using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Maps;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>The same command trains on both layouts of NYUv2.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NyuTrainingTests : IDisposable
{
    readonly NyuTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Test]
    [Category("Slow")]
    public async Task The_official_file_trains()
    {
        var (code, output, error) = await _tree.Run("train");

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("normals").And.Contains("delta_p"));
    }

    [Test]
    [Category("Slow")]
    public async Task A_pack_trains()
    {
        Directory.Delete(_tree.Root, recursive: true);
        foreach (var split in (Split[])[Split.Train, Split.Val])
        {
            for (var i = 0; i < NyuTree.Numbers(split).Length; i++)
            {
                WriteArrays(split.ToString().ToLowerInvariant(), i);
            }
        }

        var (code, output, error) = await _tree.Run("train");

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("normals").And.Contains("delta_p"));
    }

    // 32 x 64, as a pack of 288 x 384 would be.
    void WriteArrays(string split, int i)
    {
        const int Pixels = 32 * 64;
        int[] pixels = [.. Enumerable.Range(0, Pixels)];
        Write("image", "(32, 64, 3)", pixels.SelectMany(p => Repeat(((p + i) % 256) / 255f, 3)));
        Write("label", "(32, 64)", pixels.Select(p => (p / 100 + i) % 14 - 1f));
        Write("depth", "(32, 64, 1)", pixels.Select(p => p % 7 == 0 ? 0f : 1 + (p % 9)));
        Write("normal", "(32, 64, 3)", pixels.SelectMany(p => p % 7 == 0 ? Repeat(0, 3) : [0.6f, 0, -0.8f]));

        void Write(string kind, string shape, IEnumerable<float> values) =>
            _tree.Folder.Write(
                $"nyuv2/{split}/{kind}/{i}.npy",
                HandMadeNpy.Of("'<f4'", shape, HandMadeNpy.Floats([.. values]))
            );
    }

    static float[] Repeat(float value, int times) => [.. Enumerable.Repeat(value, times)];
}
