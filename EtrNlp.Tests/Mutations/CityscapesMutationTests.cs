using EtrNlp.Data.Cityscapes;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;
using EtrNlp.Data.NpyFolders;
using EtrNlp.Tests.Cityscapes;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Mutations;

/// <summary>Damaged files of Cityscapes are refused in one sentence, or read as Pillow and numpy read them.</summary>
[Category("Slow")]
public sealed class CityscapesMutationTests
{
    const int Times = 1_000;
    const int Height = 3;
    const int Width = 5;

    // Every byte that numbers depend on is covered by a checksum: what is read is what was written.
    [Test]
    public void A_damaged_label_file_is_the_same_labels_or_a_sentence() =>
        IsTheSame(
            "label ids",
            new LabelMap(ClassSets.Cityscapes, LabelIds.ToCategories(AmbiguousIds.Void), new Remarks()),
            HandMadePng.Grey(Height, Width, [.. Enumerable.Range(7, Height * Width).Select(id => (byte)id)])
        );

    [Test]
    public void A_damaged_disparity_file_is_the_same_disparity_or_a_sentence() =>
        IsTheSame(
            "disparity",
            new DisparityMap(null, new Remarks()),
            HandMadePng.Grey16(Height, Width, [.. Enumerable.Range(0, Height * Width).Select(i => (ushort)(i * 999))])
        );

    // An array has no checksum: a damaged number is another number, which numpy reads too.
    [Test]
    public void A_damaged_array_is_what_numpy_reads_or_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var depth = new ArrayDepth(DepthKind.Inverse, 1, new Remarks());
        var whole = CityscapesTree.Array(1, [.. Enumerable.Repeat(0.25f, CityscapesTree.Pixels)]);
        using var read = File.Create(folder.File("read"));
        MutationTests.Try(
            "array",
            Times,
            whole,
            128,
            bytes =>
            {
                var grid = depth.Read(bytes, "it");
                foreach (var part in (byte[][])[BitConverter.GetBytes(bytes.Length), bytes, grid.Pixels.ToArray()])
                {
                    read.Write(part);
                }
            }
        );
        read.Dispose();
        OtherSoftware.Python(
            $"""
            import io, numpy
            read = open(r"{folder.File("read")}", "rb").read()
            at = count = 0
            while at < len(read):
                length = int.from_bytes(read[at:at + 4], "little")
                array = numpy.load(io.BytesIO(read[at + 4:at + 4 + length])).astype("<f4")
                at += 4 + length
                assert read[at:at + array.nbytes] == array.tobytes(), count
                at, count = at + array.nbytes, count + 1
            assert count > 50, count
            """
        );
    }

    static void IsTheSame(string name, IMapFile map, byte[] whole)
    {
        var kept = map.Read(whole, "it");
        MutationTests.Try(
            name,
            Times,
            whole,
            64,
            bytes =>
            {
                var read = map.Read(bytes, "it");
                Assert.That(read.Size, Is.EqualTo(kept.Size));
                Assert.That(read.Pixels.Span.SequenceEqual(kept.Pixels.Span), Is.True);
            }
        );
    }
}
