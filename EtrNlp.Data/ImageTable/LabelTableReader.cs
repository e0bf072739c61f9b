using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>Collects the rows of a table and all that is wrong with them.</summary>
sealed class LabelTableReader
{
    readonly TableFormat _format;
    readonly int _image;
    readonly int _split;
    readonly LabelColumn[] _columns;
    readonly FileColumn[] _maps;
    readonly FileList _images;
    readonly List<Split> _splits = [];
    readonly List<int> _lines = []; // of every image
    readonly Mistakes _nameless;
    readonly Mistakes _twice;
    readonly Mistakes _unknownSplits;
    readonly Mistakes _cells;
    readonly Mistakes _names;

    public LabelTableReader(
        TableFormat format,
        CsvTable csv,
        DatasetRequest request,
        IReadOnlyList<IMapColumn> maps
    )
    {
        (_format, _images) = (format, new FileList(format.Root));
        _image = LabelTable.ImageColumn(format, csv);
        _split = FindSplit(csv, request.Say);
        _maps = [.. maps.Select(map => FileColumn.Find(map.Column, format, csv))];
        var table = format.TablePath;
        _nameless = new(
            count => $"{table}: rows without an image ({count:N0})",
            $"Fill the column '{format.ImageColumn}', or take the rows out."
        );
        _twice = new(
            count => $"{table}: rows that repeat an image ({count:N0})",
            "Keep one row of each; an image in two splits would be learnt and judged."
        );
        _unknownSplits = new(count => $"{table}: rows with an unknown split ({count:N0})", "Write train, val or test.");
        _cells = new(
            count => $"{table}: cells that cannot be read ({count:N0})",
            "Write 0 and 1, -1 and 1, or true and false, the same throughout a column."
        );
        _names = new(
            count => $"{table}: cells with a name that is no class of the task ({count:N0})",
            "Write one of its classes, or add the name to them."
        );
        _columns = [.. request.Columns.Select(column => Bind(column, csv))];
    }

    public void Add(TableRow row)
    {
        if (row.Cells[_image].Length == 0)
        {
            _nameless.Add($"line {row.Line}");
            return;
        }

        var name = LabelTable.Image(_format, row.Cells[_image]).Name;
        var split = _split < 0 ? SplitNames.ByHash(name) : SplitNames.Parse(row.Cells[_split]);
        if (split is null)
        {
            _unknownSplits.Add($"line {row.Line} has '{row.Cells[_split]}'");
        }

        _images.Add(name);
        _lines.Add((int)row.Line);
        _splits.Add(split ?? Split.Train);
        foreach (var column in _columns)
        {
            column.Add(row);
        }

        Array.ForEach(_maps, map => map.Add(row));
    }

    public LabelTable Finish()
    {
        foreach (var (again, first) in _images.Repeated())
        {
            _twice.Add(() => $"line {_lines[again]} has {_images.NameOf(again)} of line {_lines[first]}");
        }

        foreach (var mistakes in (Mistakes[])[_nameless, _twice, _unknownSplits, _cells, _names])
        {
            mistakes.ThrowIfAny();
        }

        if (_images.Count == 0)
        {
            throw LabelTable.NoRows(_format);
        }

        Array.ForEach(_columns, column => column.Finish());
        _images.Trim();
        TableFiles.ThrowIfMissing(_format, _images, PixelRule.Images, "image files");
        return new LabelTable(_images, [.. _splits], [.. _columns.Select(column => column.Values.ToArray())])
        {
            Maps = [.. _maps.Select(map => map.Finish())],
        };
    }

    int FindSplit(CsvTable csv, Action<string> say)
    {
        var found = csv.Find(_format.SplitColumn);
        if (found < 0 && _format.SplitColumn != TableFormat.DefaultSplitColumn)
        {
            throw new DataException(
                $"{_format.TablePath} has no column '{_format.SplitColumn}' of "
                    + $"splits{NearestName.Hint(_format.SplitColumn, csv.Header)}; set dataset.split_column"
            );
        }

        if (found < 0)
        {
            say(
                $"{_format.TablePath} has no column '{_format.SplitColumn}': "
                    + "a hash of each image's path decides, 80 % train, 10 % val, 10 % test"
            );
        }

        return found;
    }

    LabelColumn Bind(RequestedColumn column, CsvTable csv)
    {
        if (csv.Find(column.Name) is >= 0 and var position)
        {
            return column.Classes.Length > 0
                ? new ChoiceColumn(column, position, _names)
                : new BinaryColumn(column.Name, position, _cells);
        }

        if (column.Classes.Length == 0 && ClassColumn.Find(column, csv) is { } ofClass)
        {
            return ofClass;
        }

        var attributes = csv.Header.Where(name => name != _format.ImageColumn && name != _format.SplitColumn).ToArray();
        throw new InvalidSettingException(
            column.Key,
            $"{_format.TablePath} has no column '{column.Name}'{NearestName.Hint(column.Name, attributes)}"
        );
    }
}
