using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>The files of a published dataset that tasks ask for, whichever layout they are in.</summary>
/// <param name="Table">The images, their splits and the files of their maps.</param>
/// <param name="Maps">How the maps are read off.</param>
/// <param name="Images">What kind of image they are; this may open one of them.</param>
/// <param name="Remarks">What is strange about files that were opened.</param>
sealed record PublishedFiles(LabelTable Table, BoundMaps Maps, Func<IPublishedImages> Images, Remarks Remarks)
{
    /// <summary>The size that images are brought to.</summary>
    public ImageSize SizeBy(ImageSizing sizing) => sizing.Size ?? sizing.Of(Images()).Size!.Value;

    /// <summary>Packs the files where they are not, and opens them.</summary>
    public IDataset Open(ImageSizing sizing, DatasetRequest request, CancellationToken cancellation)
    {
        var dataset = TableData.Open(Table, sizing.Of(Images()), Maps, request, cancellation);
        Remarks.Say(request.Say);
        return dataset;
    }

    /// <summary>The hashes of the files.</summary>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        TableData.Digest(Table, Maps, request, cancellation);

    /// <summary>How many images each split has; their size must be known too.</summary>
    /// <exception cref="DataException">A split has too few to train on, or the size cannot be read.</exception>
    public DatasetCounts Count(ImageSizing sizing)
    {
        var counts = TableData.Count(Table);
        _ = SizeBy(sizing);
        return counts;
    }

    /// <summary>Says what was found, and compares it with what was published.</summary>
    /// <exception cref="DataException">
    /// There are other numbers of images and no subset is declared, or too few to train on.
    /// </exception>
    public PublishedFiles Checked(
        string found,
        string folder,
        bool isSubset,
        (Split Split, int Count)[] published,
        Action<string> say
    )
    {
        say($"{found}, {Table.Images.Count:N0} images in {folder}");
        var counts = Array.ConvertAll(published, each => (each.Split, Table.RowsOf(each.Split).Length));
        if (!isSubset && !counts.SequenceEqual(published))
        {
            throw new DataException(
                $"{folder} has {List(counts)}, expected {List(published)} as published; "
                    + "copy it again, or set dataset.subset to true"
            );
        }

        TrainingNeeds.Check(split => Table.RowsOf(split).Length);
        return this;

        static string List((Split Split, int Count)[] splits) =>
            string.Join(
                " and ",
                splits.Select(each => $"{each.Count:N0} images of {Values.SnakeCase(each.Split)}")
            );
    }
}
