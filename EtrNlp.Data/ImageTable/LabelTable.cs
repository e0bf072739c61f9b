using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>The rows of a table in their order.</summary>
/// <param name="Images">The image of each row.</param>
/// <param name="Splits">The split of each row.</param>
/// <param name="Columns">
/// The requested columns, for each row 0 or 1, or the position of its class, or <see cref="Unknown"/>.
/// </param>
public sealed record LabelTable(
    IReadOnlyList<ImageFile> Images,
    IReadOnlyList<Split> Splits,
    IReadOnlyList<IReadOnlyList<byte>> Columns
)
{
    /// <summary>The label of an empty cell.</summary>
    public const byte Unknown = byte.MaxValue;

    /// <summary>The files of each map that is read, one for every row.</summary>
    public IReadOnlyList<IReadOnlyList<ImageFile>> Maps { get; init; } = [];

    /// <summary>Reads the whole table; every image and map it names exists.</summary>
    /// <exception cref="InvalidSettingException">A requested column does not exist.</exception>
    /// <exception cref="DataException">The table has mistakes, or images are missing.</exception>
    public static LabelTable Read(
        TableFormat format,
        DatasetRequest request,
        params IReadOnlyList<IMapColumn> maps
    )
    {
        using var csv = CsvTable.Open(format.TablePath, format.Separator);
        var reader = new LabelTableReader(format, csv, request, maps);
        foreach (var row in csv.Rows())
        {
            reader.Add(row);
        }

        var table = reader.Finish();
        UnknownLabels.Check(format.TablePath, table, request);
        TableData.SayWhereNone(table, request);
        return table;
    }

    /// <summary>The rows of a split, in their order.</summary>
    internal int[] RowsOf(Split split) => [.. Enumerable.Range(0, Splits.Count).Where(row => Splits[row] == split)];

    /// <summary>Some of the rows, in the given order.</summary>
    internal LabelTable Only(IReadOnlyList<int> rows) =>
        new(
            Only(Images, rows),
            [.. rows.Select(row => Splits[row])],
            [.. Columns.Select(column => rows.Select(row => column[row]).ToArray())]
        )
        {
            Maps = [.. Maps.Select(files => Only(files, rows))],
        };

    static IReadOnlyList<ImageFile> Only(IReadOnlyList<ImageFile> files, IReadOnlyList<int> rows) =>
        files is FileList list ? list.Only(rows) : [.. rows.Select(row => files[row])];

    /// <summary>The image of the first row.</summary>
    /// <exception cref="DataException">The table has no rows or no column of images.</exception>
    public static ImageFile FirstImage(TableFormat format)
    {
        using var csv = CsvTable.Open(format.TablePath, format.Separator);
        var row = csv.Rows().FirstOrDefault() ?? throw NoRows(format);
        return Image(format, row.Cells[ImageColumn(format, csv)]);
    }

    internal static DataException NoRows(TableFormat format) =>
        new($"{format.TablePath} has a header and no rows; expected one row per image");

    internal static int ImageColumn(TableFormat format, CsvTable csv) =>
        csv.Find(format.ImageColumn) is >= 0 and var found
            ? found
            : throw new DataException(
                $"{format.TablePath} has no column '{format.ImageColumn}' of image "
                    + $"paths{NearestName.Hint(format.ImageColumn, csv.Header)}; set dataset.image_column"
            );

    /// <summary>
    /// An image by its path as a table may write it, with either slash; its name is the path below root with '/'.
    /// </summary>
    internal static ImageFile Image(TableFormat format, string cell)
    {
        var path = Path.GetFullPath(cell.Replace('\\', Path.DirectorySeparatorChar), format.Root);
        return new ImageFile(Path.GetRelativePath(format.Root, path).Replace(Path.DirectorySeparatorChar, '/'), path);
    }
}
