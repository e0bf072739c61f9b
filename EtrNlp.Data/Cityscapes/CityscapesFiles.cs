using System.Collections.Immutable;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.Cityscapes;

/// <summary>The files that tasks ask for, whichever layout they are in.</summary>
/// <param name="Table">The images, their splits and the files of their maps.</param>
/// <param name="Maps">How the maps are read off.</param>
/// <param name="Images">What kind of image they are; this opens one of them.</param>
/// <param name="Remarks">What is strange about files that were opened.</param>
sealed record CityscapesFiles(LabelTable Table, BoundMaps Maps, Func<IPublishedImages> Images, Remarks Remarks)
{
    // Inverse depth as published was divided by 65535.
    const double EndOfDepth = 1;

    static readonly ImageSize _officialSize = new(1024, 2048);

    /// <summary>The files as they were published.</summary>
    public static CityscapesFiles OfOfficial(
        string folder,
        Cityscapes cityscapes,
        ImmutableArray<string> classes,
        DatasetRequest request
    )
    {
        var (remarks, trees) = (new Remarks(), new OfficialTrees(folder));
        var needsCameras =
            cityscapes.Depth == DepthUnit.InverseMetres && request.Maps.Any(each => each.Map is PixelMap.Depth);
        var cameras = needsCameras
            ? new Cameras(trees.Files(OfficialTree.Disparity).Zip(trees.Files(OfficialTree.Cameras)))
            : null;
        var labels = new LabelMap(classes, cityscapes.Positions, remarks);
        var maps = PublishedMaps.Bind(
            $"cityscapes with classes: {cityscapes.Classes}",
            classes,
            [labels, new DisparityMap(cameras, remarks)],
            request
        );
        var table = trees.Read(
            [.. maps.Files.Select(map => map == labels ? OfficialTree.Labels : OfficialTree.Disparity)]
        );
        return new CityscapesFiles(
            table,
            maps,
            () => new PublishedPng(cityscapes.Subset ? ImageDecoder.ReadSize(table.Images[0]) : _officialSize),
            remarks
        );
    }

    /// <summary>The files as others have prepared them.</summary>
    public static CityscapesFiles OfPack(
        string folder,
        Cityscapes cityscapes,
        ImmutableArray<string> classes,
        DatasetRequest request
    )
    {
        var remarks = new Remarks();
        var numbered = $"label_{cityscapes.Classes}";
        var labels = Directory.Exists(Path.Combine(folder, "train", numbered)) ? numbered : "label";
        var maps = PublishedMaps.Bind(
            $"cityscapes with classes: {cityscapes.Classes}",
            classes,
            [new ArrayClasses(labels, classes, remarks), new ArrayDepth(DepthKind.Inverse, EndOfDepth, remarks)],
            request
        );
        var table = NumberedArrays.Read(folder, [.. maps.Files.Cast<IArrayMap>()]);
        return new CityscapesFiles(table, maps, () => ArrayImages.Like(table.Images[0], remarks), remarks);
    }
}
