using System.Collections.Immutable;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.Cityscapes;

/// <summary>The files that tasks ask for, in either layout.</summary>
static class CityscapesFiles
{
    // Inverse depth as published was divided by 65535.
    const double EndOfDepth = 1;

    static readonly ImageSize _officialSize = new(1024, 2048);

    /// <summary>The files as they were published.</summary>
    public static PublishedFiles OfOfficial(
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
        return new PublishedFiles(
            table,
            maps,
            () => new PublishedPng(cityscapes.Subset ? ImageDecoder.ReadSize(table.Images[0]) : _officialSize),
            remarks
        );
    }

    /// <summary>The files as others have prepared them.</summary>
    public static PublishedFiles OfPack(
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
        return NumberedArrays.Read(folder, maps, remarks);
    }
}
