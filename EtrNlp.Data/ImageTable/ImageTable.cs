using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// Images of any size and a table that names them, one row each, with binary attributes, class names and files of maps
/// in its columns.
/// </summary>
public sealed record ImageTable(TableFormat Format, ImageSizing Sizing, PixelNormalization Normalization)
    : IDatasetSource
{
    static readonly ValueType<ImmutableArray<double>> PerChannel = Values
        .List(Values.Number())
        .Where(numbers => numbers.Length == 3, "three numbers, for red, green and blue");

    static readonly Setting<string> Root = new(
        "root",
        "The folder of the table and of relative image paths.",
        PathValue.Type,
        Cosmetic: true
    );
    static readonly Setting<string> Table = new(
        "table",
        "The table: a path below root, or a full one.",
        Values.Text,
        "labels.csv",
        Cosmetic: true
    );
    static readonly Setting<string> ImageColumn = new(
        "image_column",
        "The column of image paths, below root or full.",
        Values.Text,
        "image"
    );
    static readonly Setting<string> SplitColumn = new(
        "split_column",
        "The column of train, val or test; where there is no 'split', a hash of the image path decides 80/10/10.",
        Values.Text,
        TableFormat.DefaultSplitColumn
    );
    static readonly Setting<Separator> Separated = new(
        "separator",
        "What stands between cells; auto takes the one found most often in the first line.",
        Values.Choice<Separator>(),
        "auto"
    );
    static readonly Setting<ImageSizing> Sized = new(
        "image_size",
        "The size in pixels that images are brought to.",
        ImageSizing.Type
    );
    static readonly Setting<ImmutableArray<double>> Mean = new(
        "mean",
        "Subtracted from pixels in [0, 1], per channel.",
        PerChannel,
        "[0, 0, 0]"
    );
    static readonly Setting<ImmutableArray<double>> Std = new(
        "std",
        "What pixels are then divided by, per channel.",
        PerChannel.Where(std => std.All(x => x > 0), "three numbers > 0, for red, green and blue"),
        "[1, 1, 1]"
    );
    static readonly Setting<ImmutableArray<KeyValuePair<string, IMapColumn>>> MapsKey = new(
        "maps",
        "Maps of every image by names of your own: etrnlp list map.",
        TableMaps.Type,
        "{}",
        Added: true
    );

    /// <summary>The dataset in the registry.</summary>
    public static Entry<IDatasetSource> Entry { get; } =
        new(
            "image_table",
            "Images of your own and a table of attributes, choices and maps.",
            "any folder of JPEG, PNG, WebP, GIF or BMP files",
            [Root, Table, ImageColumn, SplitColumn, Separated, Sized, Mean, Std, MapsKey],
            values => new ImageTable(
                new TableFormat(
                    values.Get(Root),
                    values.Get(Table),
                    values.Get(ImageColumn),
                    values.Get(SplitColumn),
                    values.Get(Separated)
                ),
                values.Get(Sized),
                new PixelNormalization(values.Get(Mean), values.Get(Std))
            )
            {
                Maps = values.Get(MapsKey),
            }
        );

    /// <summary>What it says of every pixel, by names.</summary>
    public ImmutableArray<KeyValuePair<string, IMapColumn>> Maps { get; init; } = [];

    /// <inheritdoc/>
    public ImageSize Size => Sizing.Size ?? Sizing.Place(ImageDecoder.ReadSize(LabelTable.FirstImage(Format))).Size;

    /// <inheritdoc/>
    public ScaledPart Place(ImageSize image) => Sizing.Place(image);

    /// <inheritdoc/>
    public IDataset Open(DatasetRequest request, CancellationToken cancellation)
    {
        var (table, maps) = Read(request);
        return TableData.Open(table, Sizing, maps, request, cancellation);
    }

    /// <inheritdoc/>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation)
    {
        var (table, maps) = Read(request);
        return TableData.Digest(table, maps, request, cancellation);
    }

    /// <inheritdoc/>
    public DatasetCounts Validate(DatasetRequest request)
    {
        var counts = TableData.Count(Read(request).Table);
        _ = Size;
        return counts;
    }

    (LabelTable Table, BoundMaps Maps) Read(DatasetRequest request)
    {
        var maps = TableMaps.Bind(Maps, request);
        return (LabelTable.Read(Format, request, [.. maps.Files.Cast<IMapColumn>()]), maps);
    }
}
