using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.CelebA;

/// <summary>CelebA from its official files: aligned faces with 40 binary attributes, and the official splits.</summary>
/// <param name="Root">The folder of the files.</param>
/// <param name="Layout">How they lie in it.</param>
/// <param name="Subset">Whether less than the whole is meant.</param>
/// <param name="Sizing">How images are brought to the size of the network.</param>
public sealed record CelebA(string Root, CelebALayout Layout, bool Subset, ImageSizing Sizing) : IDatasetSource
{
    static readonly Setting<string> RootKey = new(
        "root",
        "The folder of the files as they were published or copied.",
        PathValue.Type,
        Cosmetic: true
    );
    static readonly Setting<CelebALayout> LayoutKey = new(
        "layout",
        "official (Img, Anno, Eval), flat (side by side) or csv (side by side, lists as tables); auto looks for all.",
        Values.Choice<CelebALayout>(),
        "auto",
        Cosmetic: true
    );
    static readonly Setting<bool> SubsetKey = new(
        "subset",
        "Whether lists may name fewer than 202,599 images, and listed images may be missing: these are left out.",
        Values.Flag,
        "false"
    );
    static readonly Setting<ImageSizing> SizeKey = new(
        "image_size",
        "The size in pixels that images of 218x178 are brought to; the default gives 78x64.",
        ImageSizing.Type,
        "{shorter: 64}"
    );

    /// <summary>The dataset in the registry.</summary>
    public static Entry<IDatasetSource> Entry { get; } =
        new(
            "celeba",
            "Aligned faces with 40 attributes, from the official files of CelebA.",
            "Liu et al., ICCV 2015; paper Sec. 4.1",
            [RootKey, LayoutKey, SubsetKey, SizeKey],
            values => new CelebA(
                values.Get(RootKey),
                values.Get(LayoutKey),
                values.Get(SubsetKey),
                values.Get(SizeKey).Of(new PublishedJpeg(OfficialRelease.Size))
            )
        );

    /// <inheritdoc/>
    public ImageSize Size => Sizing.Size!.Value;

    /// <inheritdoc/>
    public ScaledPart Place(ImageSize image) => Sizing.Place(image);

    /// <inheritdoc/>
    public PixelNormalization Normalization => PixelNormalization.None;

    /// <inheritdoc/>
    public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
        TableData.Open(Read(request), Sizing, BoundMaps.None, request, cancellation);

    /// <inheritdoc/>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        TableData.Digest(Read(request), BoundMaps.None, request, cancellation);

    /// <inheritdoc/>
    public DatasetCounts Validate(DatasetRequest request) => TableData.Count(Read(request));

    LabelTable Read(DatasetRequest request)
    {
        request.RefuseMaps("celeba");
        request.RefuseNames("celeba");
        var files = CelebAFiles.Find(Root, Layout);
        var (listed, columns) = AttributeReader.Read(files, request.Columns);
        var splits = PartitionReader.Read(files, listed);
        request.Say($"celeba: {files.LayoutName} layout, {listed.Files.Count:N0} images listed in {files.Attributes}");
        if (!Subset)
        {
            if (listed.Files.Count != OfficialRelease.Images)
            {
                throw new DataException(
                    $"{files.Attributes} names {listed.Files.Count:N0} images, the published list "
                        + $"{OfficialRelease.Images:N0}; copy the list again, or set dataset.subset to true"
                );
            }

            OfficialRelease.SayDifferences(files, splits, request.Say);
        }

        var table = Present(new LabelTable(listed.Files, splits, columns), files.Images, request.Say);
        TableData.SayWhereNone(table, request);
        return table;
    }

    LabelTable Present(LabelTable table, string folder, Action<string> say)
    {
        var missing = new Mistakes(
            count => $"{count:N0} of {table.Images.Count:N0} listed images are missing below {folder}",
            "The copy looks partial: unpack img_align_celeba.zip again, or set dataset.subset to true."
        );
        var unreadable = new Mistakes(
            count => $"{count:N0} of {table.Images.Count:N0} listed images cannot be read below {folder}",
            "Copy them again."
        );
        var present = new List<int>();
        foreach (var (row, found) in FoundFiles.Look(table.Images).States.Index())
        {
            switch (found.Obstacle)
            {
                case null:
                    present.Add(row);
                    break;
                case RegularFile.Missing:
                    missing.Add(() => table.Images[row].Name);
                    break;
                case var obstacle:
                    unreadable.Add(() => $"{table.Images[row].Name} is {obstacle}");
                    break;
            }
        }

        unreadable.ThrowIfAny();
        if (!Subset || present.Count == 0)
        {
            missing.ThrowIfAny();
        }
        else if (present.Count < table.Images.Count)
        {
            say($"celeba: {table.Images.Count - present.Count:N0} listed images are missing and left out");
        }

        return present.Count == table.Images.Count ? table : table.Only(present);
    }
}
