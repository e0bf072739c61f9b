using System.Text.RegularExpressions;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;

namespace EtrNlp.Data.CelebA;

/// <summary>The images of a list and the line that names each.</summary>
readonly record struct ListedImages(FileList Files, IReadOnlyList<int> Lines);

/// <summary>Collects the images of the list of attributes, the requested columns, and all that is wrong.</summary>
sealed partial class AttributeReader
{
    readonly CelebAList _list;
    readonly int _image;
    readonly int[] _cells; // of the 40 attributes, in their published order
    readonly List<byte>[] _values; // of the requested ones
    readonly int[] _requested;
    readonly FileList _images;
    readonly List<int> _lines = []; // of every image
    readonly Mistakes _strange;
    readonly Mistakes _twice;
    readonly Mistakes _wrong;

    // Tables that others made from the list may have 0 in place of -1, throughout.
    string? _negative;

    AttributeReader(CelebAList list, CelebAFiles files, IReadOnlyList<RequestedColumn> columns)
    {
        (_list, _images) = (list, new FileList(files.Images));
        _image = list.Find(CelebAList.ImageColumn);
        _cells = Attributes(list);
        _requested = [.. columns.Select(Find)];
        _values = [.. columns.Select(_ => new List<byte>())];
        _negative = files.Layout == CelebALayout.Csv ? null : "-1";
        _strange = new(
            count => $"{list.Path}: rows whose image is no name of CelebA ({count:N0})",
            "Names are six digits and .jpg; copy the list again."
        );
        _twice = new(count => $"{list.Path}: rows that repeat an image ({count:N0})", "Copy the list again.");
        _wrong = new(
            count => $"{list.Path}: values that are not -1 or 1 ({count:N0})",
            "Copy the list again; a table may have 0 and 1 throughout instead."
        );
    }

    /// <summary>Reads the whole list.</summary>
    /// <exception cref="InvalidSettingException">A requested column is no attribute.</exception>
    /// <exception cref="DataException">The list has mistakes.</exception>
    public static (ListedImages Images, IReadOnlyList<byte>[] Columns) Read(
        CelebAFiles files,
        IReadOnlyList<RequestedColumn> columns
    ) =>
        CelebAList.ReadAttributes(
            files,
            list =>
            {
                var reader = new AttributeReader(list, files, columns);
                foreach (var row in list.Rows)
                {
                    reader.Add(row);
                }

                return reader.Finish();
            }
        );

    static int[] Attributes(CelebAList list)
    {
        string[] found = [.. list.Header.Where(name => name != CelebAList.ImageColumn)];
        var mistakes = new Mistakes(
            count => $"{list.Path} line {list.HeaderLine}: other attributes than the 40 of CelebA ({count})",
            "Copy the list again."
        );
        foreach (var name in OfficialRelease.Attributes.Except(found))
        {
            mistakes.Add($"'{name}' is missing");
        }

        foreach (var name in found.Distinct().Except(OfficialRelease.Attributes))
        {
            mistakes.Add($"'{name}' is unknown");
        }

        foreach (var group in found.GroupBy(name => name).Where(group => group.Count() > 1))
        {
            mistakes.Add($"'{group.Key}' is there {group.Count()} times");
        }

        mistakes.ThrowIfAny();
        return [.. OfficialRelease.Attributes.Select(list.Find)];
    }

    static int Find(RequestedColumn column) =>
        OfficialRelease.Attributes.IndexOf(column.Name) is >= 0 and var found
            ? found
            : throw new InvalidSettingException(
                column.Key,
                $"CelebA has no attribute '{column.Name}'{NearestName.Hint(column.Name, OfficialRelease.Attributes)}"
            );

    void Add(TableRow row)
    {
        var name = row.Cells[_image];
        if (!OfficialName().IsMatch(name))
        {
            _strange.Add($"line {row.Line} has '{name}'");
        }

        _images.Add(name);
        _lines.Add((int)row.Line);
        for (var i = 0; i < _cells.Length; i++)
        {
            Check(row, i);
        }

        for (var i = 0; i < _requested.Length; i++)
        {
            _values[i].Add(row.Cells[_cells[_requested[i]]] == "1" ? (byte)1 : (byte)0);
        }
    }

    (ListedImages Images, IReadOnlyList<byte>[] Columns) Finish()
    {
        foreach (var (again, first) in _images.Repeated())
        {
            _twice.Add(() => $"line {_lines[again]} has {_images.NameOf(again)} of line {_lines[first]}");
        }

        Array.ForEach([_strange, _twice, _wrong], mistakes => mistakes.ThrowIfAny());
        _images.Trim();
        return (new ListedImages(_images, _lines), [.. _values.Select(values => values.ToArray())]);
    }

    void Check(TableRow row, int attribute)
    {
        var cell = row.Cells[_cells[attribute]];
        if (cell == "1" || cell == _negative)
        {
            return;
        }

        if (_negative is null && cell is "0" or "-1")
        {
            _negative = cell;
            return;
        }

        var other = _negative == "0" ? ", and 0 before" : "";
        _wrong.Add($"line {row.Line} {OfficialRelease.Attributes[attribute]} has '{cell}'{other}");
    }

    [GeneratedRegex(@"^[0-9]{6}\.jpg\z")]
    private static partial Regex OfficialName();
}
