using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>Which folders of arrays are refused before any is opened.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NumberedArraysTests : IDisposable
{
    readonly CityscapesTree _tree = new();

    public NumberedArraysTests() => _tree.Pack();

    public void Dispose() => _tree.Dispose();

    // Four images of train; the list of millions of missing ones would say nothing of the one that is too many.
    [Test]
    public void A_number_far_above_the_others_is_named()
    {
        _tree.Write("train/image/9999999.npy", []);

        Assert.That(
            Validate,
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"{_tree.At("train/image/9999999.npy")} has a number far above the 5 arrays that there are; "
                        + "remove it, or copy the folders again"
                )
        );
    }

    [Test]
    public void Whatever_is_no_file_with_something_in_it_is_named_together()
    {
        File.Delete(_tree.At("train/image/2.npy"));
        Directory.CreateDirectory(_tree.At("train/image/2.npy"));
        _tree.Write("val/label_7/1.npy", []);
        File.Delete(_tree.At("val/depth/0.npy"));
        File.CreateSymbolicLink(_tree.At("val/depth/0.npy"), _tree.At("nowhere"));

        Assert.That(
            Validate,
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"3 of 18 arrays cannot be read below {_tree.Root}: train/image/2.npy is a folder; "
                        + "val/label_7/1.npy is empty; val/depth/0.npy is a symbolic link to nothing. Copy them again."
                )
        );
    }

    // A super-user may read every folder, so the system's answer is given here.
    [Test]
    public void A_folder_that_may_not_be_read_is_named() =>
        Assert.That(
            () => Folders.List<string>(_tree.Root, _ => throw new UnauthorizedAccessException()),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    $"the folder {_tree.Root} may not be read; give yourself the right to read it"
                )
        );

    void Validate() =>
        _tree
            .Source()
            .Validate(_tree.Request(new PixelMap.Classes(ClassSets.Cityscapes), new PixelMap.Depth()));
}
