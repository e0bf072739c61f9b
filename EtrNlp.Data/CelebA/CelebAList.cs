using System.Globalization;
using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.ImageTable;

namespace EtrNlp.Data.CelebA;

/// <summary>
/// A list of images with values, one a line: text between blanks, or a comma-separated table. Both are UTF-8, with or
/// without a byte-order mark, with any line ends.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="header">The names of the cells of a row.</param>
/// <param name="headerLine">The line they stand in.</param>
/// <param name="rows">The rows below, once.</param>
sealed class CelebAList(string path, IReadOnlyList<string> header, long headerLine, IEnumerable<TableRow> rows)
{
    /// <summary>The cell of a row that names its image.</summary>
    public const string ImageColumn = "image_id";

    /// <summary>The cell of a row of the partition that says the split.</summary>
    public const string SplitColumn = "partition";

    /// <summary>The largest list that is read; that of the attributes has 27 million bytes.</summary>
    public const long MostBytes = 1 << 28;

    static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The names of the cells of a row.</summary>
    public IReadOnlyList<string> Header => header;

    /// <summary>The line of the header.</summary>
    public long HeaderLine => headerLine;

    /// <summary>The rows in their order, blank lines left out; they are read once.</summary>
    /// <exception cref="DataException">A row has more or fewer cells than the header, or it is no text.</exception>
    public IEnumerable<TableRow> Rows => rows;

    /// <summary>The position of a cell that must be there once.</summary>
    /// <exception cref="DataException">It is not.</exception>
    public int Find(string column) =>
        header.Index().Where(cell => cell.Item == column).Select(cell => cell.Index).ToArray() switch
        {
            [var found] => found,
            [] => throw new DataException(
                $"{path} has no column '{column}'{NearestName.NearHint(column, header)}; copy the list again"
            ),
            var several => throw new DataException(
                $"{path}: the header names '{column}' {several.Length} times; copy the list again"
            ),
        };

    /// <summary>Reads the list of attributes.</summary>
    public static T ReadAttributes<T>(CelebAFiles files, Func<CelebAList, T> read) =>
        files.Layout == CelebALayout.Csv
            ? ReadTable(files.Attributes, read)
            : ReadText(files.Attributes, lines => read(AttributesOf(files.Attributes, lines)));

    /// <summary>Reads the list of splits.</summary>
    public static T ReadPartition<T>(CelebAFiles files, Func<CelebAList, T> read) =>
        files.Layout == CelebALayout.Csv
            ? ReadTable(files.Partition, read)
            : ReadText(
                files.Partition,
                lines => read(OfText(files.Partition, [ImageColumn, SplitColumn], 1, lines))
            );

    static T ReadTable<T>(string path, Func<CelebAList, T> read)
    {
        using var table = CsvTable.Open(path, Separator.Comma);
        return read(new CelebAList(path, table.Header, 1, table.Rows()));
    }

    static T ReadText<T>(string path, Func<IEnumerator<TableRow>, T> read)
    {
        try
        {
            using var text = new StreamReader(RegularFile.OpenRead(path, MostBytes), _strictUtf8);
            using var lines = Lines(text).GetEnumerator();
            return read(lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the list {path}: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new DataException($"{path} is not UTF-8 text; copy it again");
        }
    }

    // The number of images, the names of the attributes, then the rows.
    static CelebAList AttributesOf(string path, IEnumerator<TableRow> lines)
    {
        var first = lines.MoveNext() ? lines.Current : new TableRow(1, []);
        if (first.Cells is not [var number] || !int.TryParse(number, CultureInfo.InvariantCulture, out var promised))
        {
            throw new DataException(
                $"{path} line {first.Line}: expected the number of images alone, "
                    + $"got '{string.Join(' ', first.Cells)}'; this is no list of CelebA's attributes, copy it again"
            );
        }

        var names = lines.MoveNext() ? lines.Current : new TableRow(first.Line + 1, []);
        var list = OfText(path, [ImageColumn, .. names.Cells], names.Line, lines);
        return new CelebAList(path, list.Header, list.HeaderLine, Promised(path, promised, list.Rows));
    }

    static CelebAList OfText(string path, string[] header, long headerLine, IEnumerator<TableRow> lines) =>
        new(path, header, headerLine, Complete(path, header.Length, lines));

    static IEnumerable<TableRow> Promised(string path, int promised, IEnumerable<TableRow> rows)
    {
        var found = 0;
        foreach (var row in rows)
        {
            found++;
            yield return row;
        }

        if (found != promised)
        {
            throw new DataException(
                $"{path} line 1: promises {promised:N0} images and {found:N0} rows follow; "
                    + "the list was cut or edited, copy it again or correct the number"
            );
        }
    }

    static IEnumerable<TableRow> Complete(string path, int cells, IEnumerator<TableRow> lines)
    {
        var wrong = new Mistakes(
            count => $"{path}: rows whose values behind the name are not {cells - 1} ({count:N0})",
            "The list is damaged; copy it again."
        );
        while (lines.MoveNext())
        {
            if (lines.Current.Cells.Length == cells)
            {
                yield return lines.Current;
            }
            else
            {
                wrong.Add($"line {lines.Current.Line} has {lines.Current.Cells.Length - 1}");
            }
        }

        wrong.ThrowIfAny();
    }

    static IEnumerable<TableRow> Lines(StreamReader text)
    {
        List<string> buffer = [];
        for (var line = 1L; text.ReadLine() is { } found; line++)
        {
            if (Split(found, buffer) is { Length: > 0 } cells)
            {
                yield return new TableRow(line, cells);
            }
        }
    }

    // Eight million cells are 1 or -1: none of them needs a text of its own.
    static string[] Split(string line, List<string> cells)
    {
        cells.Clear();
        for (var at = 0; at < line.Length;)
        {
            var start = at;
            while (at < line.Length && line[at] is not (' ' or '\t'))
            {
                at++;
            }

            var cell = line.AsSpan(start, at++ - start);
            if (!cell.IsEmpty)
            {
                cells.Add(cell is "1" ? "1" : cell is "-1" ? "-1" : cell.ToString());
            }
        }

        return [.. cells];
    }
}
