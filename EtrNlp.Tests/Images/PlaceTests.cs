using EtrNlp.Data.Datasets;
using EtrNlp.Data.Scenes;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

/// <summary>How datasets bring an image that is not theirs to the size of the network.</summary>
public sealed class PlaceTests
{
    static readonly ImageSize Foreign = new(20, 40);

    [Test]
    public void Rendered_scenes_have_no_sizing_so_that_it_is_stretched() =>
        Assert.That(
            ((IDatasetSource)new ScenesSource(new(8, 16), Train: 2, Val: 1, Test: 0, Seed: 0)).Place(Foreign),
            Is.EqualTo(ScaledPart.Whole(new(8, 16)))
        );

    [TestCase("kind: image_table, image_size: 10")]
    [TestCase("kind: celeba, image_size: 10")]
    [TestCase("kind: cityscapes, image_size: 10")]
    [TestCase("kind: nyuv2, image_size: 10")]
    public void The_others_bring_it_to_its_size_as_their_own_images(string dataset) =>
        Assert.That(
            ConfiguredDataset.Of("/nowhere", dataset).Place(Foreign),
            Is.EqualTo(new ScaledPart(new(10, 20), Top: 0, Left: 5, new(10, 10)))
        );
}
