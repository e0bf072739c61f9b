using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;

namespace EtrNlp.Data.CelebA;

/// <summary>What the published files of CelebA are known to hold (Liu et al., ICCV 2015).</summary>
static class OfficialRelease
{
    /// <summary>Images that are listed.</summary>
    public const int Images = 202_599;

    // As torchvision publishes them.
    const string AttributesMd5 = "75e246fa4810816ffd6ee81facbd244c";
    const string PartitionMd5 = "d32c9cbf5e040fd4025c592c306e6668";

    static readonly (Split Split, int Count)[] _splits =
    [
        (Split.Train, 162_770),
        (Split.Val, 19_867),
        (Split.Test, 19_962),
    ];

    /// <summary>Height and width of an aligned image.</summary>
    public static ImageSize Size { get; } = new(218, 178);

    /// <summary>The 40 attributes, in the order of the published list.</summary>
    public static ImmutableArray<string> Attributes { get; } =
    [
        .. (
            "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair "
            + "Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup "
            + "High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose "
            + "Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat "
            + "Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young"
        ).Split(' '),
    ];

    /// <summary>
    /// Says where lists that were read without a mistake are others than the published ones: an editor's line ends
    /// change a file too.
    /// </summary>
    public static void SayDifferences(CelebAFiles files, IReadOnlyList<Split> splits, Action<string> say)
    {
        foreach (var (split, official) in _splits)
        {
            if (splits.Count(each => each == split) is var found && found != official)
            {
                say(
                    $"{files.Partition}: split {Values.SnakeCase(split)} has {found:N0} images, "
                        + $"the published one {official:N0}"
                );
            }
        }

        if (files.Layout != CelebALayout.Csv)
        {
            SayOther(files.Attributes, AttributesMd5, say);
            SayOther(files.Partition, PartitionMd5, say);
        }
    }

    static void SayOther(string path, string md5, Action<string> say)
    {
        var found = Md5.Of(path, CelebAList.MostBytes);
        if (found != md5)
        {
            say($"{path} has other bytes than the published list (MD5 {found}, expected {md5}); it was read as it is");
        }
    }
}
