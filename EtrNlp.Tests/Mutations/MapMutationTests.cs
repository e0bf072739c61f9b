using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using NUnit.Framework;

namespace EtrNlp.Tests.Mutations;

/// <summary>Damaged files of maps are what they were, or a sentence.</summary>
[Category("Slow")]
public sealed class MapMutationTests
{
    [TestCase(MutationTests.InTheSuite)]
    [TestCase(MutationTests.AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_map_is_the_same_map_or_a_sentence(int times)
    {
        var png = HandMadePng.Of(3, 4, 3, 5, [1, 0x12, 3, 4, 2, 5, 6, 7, 4, 8, 9, 1]);
        var numbers = PngSamples.Read(png, "it").Values;

        MutationTests.Try(
            "map",
            times,
            png,
            64,
            bytes => Assert.That(PngSamples.Read(bytes, "it").Values, Is.EqualTo(numbers))
        );
    }

    // It has no checksum: a damaged number is another number.
    [TestCase(MutationTests.InTheSuite)]
    [TestCase(MutationTests.AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_array_is_an_array_or_a_sentence(int times)
    {
        var npy = HandMadeNpy.Of("'<u2'", "(3, 5, 1)", new byte[30], fortran: true);

        MutationTests.Try(
            "npy",
            times,
            npy,
            128,
            bytes =>
            {
                var array = NpyArray.Read(bytes, "it");
                Assert.That(array.Values, Has.Length.EqualTo(array.Shape.Aggregate(1L, (count, side) => count * side)));
            }
        );
    }
}
