using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.NyuV2;

/// <summary>The files that tasks ask for, whichever layout they are in.</summary>
/// <param name="Table">The images, their splits and the files of their maps.</param>
/// <param name="Maps">How the maps are read off.</param>
/// <param name="Images">What kind of image they are; this may open one of them.</param>
/// <param name="Remarks">What is strange about files that were opened.</param>
sealed record NyuV2Files(LabelTable Table, BoundMaps Maps, Func<IPublishedImages> Images, Remarks Remarks)
{
    /// <summary>The files as they were published.</summary>
    public static NyuV2Files OfOfficial(string folder, NyuV2 nyu, DatasetRequest request)
    {
        var official = new OfficialFile(folder, nyu.Subset);
        var rows = OfficialSplits.Read(folder, official.Count, nyu.Subset);
        var classes = request.Maps.Any(each => each.Map is PixelMap.Classes)
            ? new SliceClasses(nyu.Window, ThirteenClasses.Positions(folder, official, request))
            : null;
        IMapFile?[] maps = [classes, new SliceDepth(nyu.Window), new SliceNormals(nyu.Window)];
        var bound = Bind([.. maps.OfType<IMapFile>()], request);
        official.SayDifferences(request.Say, request.Verify);
        int[] numbers = [.. rows.Select(row => row.Number)];
        var table = new LabelTable(official.Images(numbers), [.. rows.Select(row => row.Split)], [])
        {
            Maps =
            [
                .. bound.Files.Select(map => map == classes ? official.ClassesOf(numbers) : official.DepthOf(numbers)),
            ],
        };
        return new NyuV2Files(table, bound, () => new SliceImages(nyu.Window), new Remarks());
    }

    /// <summary>The files as others have prepared them.</summary>
    public static NyuV2Files OfPack(string folder, DatasetRequest request)
    {
        var remarks = new Remarks();
        var maps = Bind(
            [
                new ArrayClasses("label", ClassSets.Nyuv2, remarks),
                new ArrayDepth(DepthKind.Distance, SliceDepth.End, remarks),
                new ArrayNormals(remarks),
            ],
            request
        );
        var table = NumberedArrays.Read(folder, [.. maps.Files.Cast<IArrayMap>()]);
        return new NyuV2Files(table, maps, () => ArrayImages.Like(table.Images[0], remarks), remarks);
    }

    static BoundMaps Bind(IReadOnlyList<IMapFile> maps, DatasetRequest request) =>
        PublishedMaps.Bind(NyuV2.Entry.Name, ClassSets.Nyuv2, maps, request);
}
