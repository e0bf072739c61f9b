using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>What becomes of a table of labels, wherever it was read from.</summary>
static class TableData
{
    /// <summary>Packs its images and maps where they are not, and opens them with their labels.</summary>
    public static IDataset Open(
        LabelTable table,
        ImageSizing sizing,
        BoundMaps maps,
        DatasetRequest request,
        CancellationToken cancellation
    )
    {
        List<PackedImages> opened = [];
        try
        {
            var images = Packed(table.Images, PixelRule.OfImages(table.Images, sizing));
            PackedImages[] packs =
            [
                .. maps.Files.Zip(
                    table.Maps,
                    (map, files) => Packed(files, MapFiles.Rule(map, files, table.Images, images, sizing))
                ),
            ];
            var digest = new TableDigest(table, request, images.Sources, Hashes(packs, pack => pack.Sources.Hashes));
            var whole = digest.With(images.PixelsHash, Hashes(packs, pack => pack.ReadHashes()));
            opened.ForEach(pack => pack.Sources.Shorten());
            return new ImageTableDataset(
                table,
                images,
                whole,
                [.. maps.Readers.Select(reader => (packs[reader.File], reader.Read))],
                maps.Depth
            );
        }
        catch
        {
            opened.ForEach(pack => pack.Dispose());
            throw;
        }

        PackedImages Packed(IReadOnlyList<ImageFile> files, PixelRule rule)
        {
            opened.Add(
                PackedImages.Open(
                    files,
                    rule,
                    request.CacheFolder,
                    request.Say,
                    cancellation,
                    request.Verify,
                    opened.FirstOrDefault()?.Sources
                )
            );
            return opened[^1];
        }

        MapHashes[] Hashes(PackedImages[] packs, Func<PackedImages, ReadOnlyMemory<byte>> of) =>
            [.. maps.Files.Zip(packs, (map, pack) => new MapHashes(map.Text, of(pack)))];
    }

    /// <summary>The hashes of its images, maps and labels.</summary>
    public static SourceDigest Digest(
        LabelTable table,
        BoundMaps maps,
        DatasetRequest request,
        CancellationToken cancellation
    )
    {
        var images = Hash(table.Images, PixelRule.Images);
        var hashes = maps.Files.Zip(
            table.Maps,
            (map, files) => new MapHashes(map.Text, Hash(files, MapFiles.What).Hashes)
        );
        return new TableDigest(table, request, images, [.. hashes]).Sources;

        SourceImages Hash(IReadOnlyList<ImageFile> files, string what) =>
            SourceImages.Hash(files, request.CacheFolder, request.Say, cancellation, what: what);
    }

    /// <summary>How many images each split has.</summary>
    /// <exception cref="DataException">A split has too few to train on.</exception>
    public static DatasetCounts Count(LabelTable table)
    {
        TrainingNeeds.Check(Of);
        return new DatasetCounts(Of(Split.Train), Of(Split.Val), Of(Split.Test), IsPacked: true);

        int Of(Split split) => table.Splits.Count(each => each == split);
    }

    /// <summary>Says which requested columns, or classes, an evaluated split has no positive of.</summary>
    public static void SayWhereNone(LabelTable table, DatasetRequest request)
    {
        var rows = Enum.GetValues<Split>().Select(table.RowsOf).ToArray();
        var saidAlready = UnknownLabels.In(Split.Test, table);
        (string Name, int Column, byte Label, bool IsClass)[] labels =
        [
            .. request.Columns.SelectMany(
                (column, c) =>
                    column.Classes.Length == 0
                        ? [(column.Name, c, (byte)1, false)]
                        : column.Classes.Select((name, label) => ($"{column.Name}={name}", c, (byte)label, true))
            ),
        ];
        foreach (var kind in labels.GroupBy(label => label.IsClass))
        {
            (string Name, int Column, byte Label, bool)[] these = [.. kind];
            Positives.SayWhereNone(
                [.. these.Select(label => label.Name)],
                request.Say,
                split => rows[(int)split].Length,
                (split, i, label) =>
                    table.Columns[these[label].Column][rows[(int)split][i]] == these[label].Label
                    || (split == Split.Test && saidAlready.Contains(these[label].Column)),
                kind.Key
            );
        }
    }
}
