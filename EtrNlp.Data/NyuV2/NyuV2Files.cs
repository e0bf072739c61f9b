using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.NyuV2;

/// <summary>The files that tasks ask for, in either layout.</summary>
static class NyuV2Files
{
    // Looked for only where they are asked for.
    sealed record Kind(IMapFile Map, Func<IReadOnlyList<ImageFile>> Files);

    /// <summary>The files as they were published.</summary>
    public static PublishedFiles OfOfficial(string folder, NyuV2 nyu, DatasetRequest request)
    {
        var official = new OfficialFile(folder, nyu.Subset);
        var rows = OfficialSplits.Read(folder, official.Count, nyu.Subset);
        int[] numbers = [.. rows.Select(row => row.Number)];
        official.SayDifferences(request.Say, request.Verify);
        Kind[] kinds =
        [
            .. request.Maps.Any(each => each.Map is PixelMap.Classes) ? [Classes()] : (Kind[])[],
            new(new SliceDepth(nyu.Window), () => official.DepthOf(numbers)),
            nyu.Normals == NyuV2Normals.Depth
                ? new(new SliceNormals(nyu.Window), () => official.DepthOf(numbers))
                : new(new PublishedNormals(nyu.Window), () => PublishedNormals.In(folder, numbers)),
        ];
        var bound = Bind([.. kinds.Select(kind => kind.Map)], request);
        var table = new LabelTable(official.Images(numbers), [.. rows.Select(row => row.Split)], [])
        {
            Maps = [.. bound.Files.Select(map => kinds.Single(kind => kind.Map == map).Files())],
        };
        return new PublishedFiles(table, bound, () => new SliceImages(nyu.Window), new Remarks());

        Kind Classes() =>
            nyu.Classes == NyuV2Classes.Png
                ? new(new PngClasses(nyu.Window), () => PngClasses.In(folder, numbers))
                : new(
                    new SliceClasses(nyu.Window, ThirteenClasses.Positions(folder, official, request)),
                    () => official.ClassesOf(numbers)
                );
    }

    /// <summary>The files as others have prepared them.</summary>
    public static PublishedFiles OfPack(string folder, DatasetRequest request)
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
        return NumberedArrays.Read(folder, maps, remarks);
    }

    static BoundMaps Bind(IReadOnlyList<IMapFile> maps, DatasetRequest request) =>
        PublishedMaps.Bind(NyuV2.Entry.Name, ClassSets.Nyuv2, maps, request);
}
