using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>The column of a map: a file for every row, which several rows may share.</summary>
sealed class FileColumn
{
    readonly TableFormat _format;
    readonly string _name;
    readonly int _position;
    readonly FileList _files;
    readonly Mistakes _empty;

    FileColumn(TableFormat format, string name, int position)
    {
        (_format, _name, _position, _files) = (format, name, position, new FileList(format.Root));
        _empty = new(
            count => $"{format.TablePath}: rows without a file in column '{name}' ({count:N0})",
            "Fill them, or take the rows out."
        );
    }

    /// <summary>Finds a column.</summary>
    /// <exception cref="DataException">The table has none of this name.</exception>
    public static FileColumn Find(string name, TableFormat format, CsvTable csv) =>
        csv.Find(name) is >= 0 and var position
            ? new FileColumn(format, name, position)
            : throw new DataException(
                $"{format.TablePath} has no column '{name}' of maps{NearestName.Hint(name, csv.Header)}; "
                    + "set its column in dataset.maps"
            );

    /// <summary>Takes the next row's cell.</summary>
    public void Add(TableRow row)
    {
        if (row.Cells[_position].Length == 0)
        {
            _empty.Add($"line {row.Line}");
        }

        _files.Add(LabelTable.Image(_format, row.Cells[_position]).Name);
    }

    /// <summary>The file of every row.</summary>
    /// <exception cref="DataException">Rows have none, or files are missing.</exception>
    public IReadOnlyList<ImageFile> Finish()
    {
        _empty.ThrowIfAny();
        _files.Trim();
        TableFiles.ThrowIfMissing(_format, _files, $"{MapFiles.What} of column '{_name}'", MapFiles.What);
        return _files;
    }
}
