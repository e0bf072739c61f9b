using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.ImageTable;

/// <summary>What becomes of a table of labels, wherever it was read from.</summary>
static class TableData
{
    /// <summary>Packs its images where they are not, and opens them with their labels.</summary>
    public static IDataset Open(
        LabelTable table,
        ImageSizing sizing,
        DatasetRequest request,
        CancellationToken cancellation
    )
    {
        var images = PackedImages.Open(
            table.Images,
            sizing,
            request.CacheFolder,
            request.Say,
            cancellation,
            request.Verify
        );
        return new ImageTableDataset(
            table,
            images,
            new TableDigest(table, request, images.Sources).With(images.PixelsHash),
            []
        );
    }

    /// <summary>The hashes of its images and labels.</summary>
    public static SourceDigest Digest(LabelTable table, DatasetRequest request, CancellationToken cancellation) =>
        new TableDigest(
            table,
            request,
            SourceImages.Hash(table.Images, request.CacheFolder, request.Say, cancellation)
        ).Sources;

    /// <summary>How many images each split has.</summary>
    /// <exception cref="DataException">A split has too few to train on.</exception>
    public static DatasetCounts Count(LabelTable table)
    {
        TrainingNeeds.Check(Of);
        return new DatasetCounts(Of(Split.Train), Of(Split.Val), Of(Split.Test), IsPacked: true);

        int Of(Split split) => table.Splits.Count(each => each == split);
    }

    /// <summary>Says which requested columns an evaluated split has no positive of.</summary>
    public static void SayWhereNone(LabelTable table, DatasetRequest request)
    {
        var rows = Enum.GetValues<Split>().Select(table.RowsOf).ToArray();
        Positives.SayWhereNone(
            request,
            split => rows[(int)split].Length,
            (split, i, column) => table.Columns[column][rows[(int)split][i]] == 1
        );
    }
}
