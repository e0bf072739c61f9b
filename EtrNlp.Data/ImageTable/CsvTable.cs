using System.Text;
using CsvHelper;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;

namespace EtrNlp.Data.ImageTable;

/// <summary>One row of a table and the line it begins in.</summary>
public sealed record TableRow(long Line, string[] Cells);

/// <summary>
/// A text table with a header, read row by row: UTF-8 or with a byte-order mark, quoted cells, any line ends.
/// </summary>
public sealed class CsvTable : IDisposable
{
    const long MostBytes = 1 << 28;

    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    readonly string _path;
    readonly CsvReader _reader;

    CsvTable(string path, CsvReader reader)
    {
        (_path, _reader) = (path, reader);
        Header = Checked(() => reader.Headers.ToArray());
        if (Header.Count == 0)
        {
            throw new DataException($"{path} is empty, expected a header and one row per image");
        }
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a table and reads its header.</summary>
    /// <exception cref="DataException">There is no such file, or it is no text.</exception>
    public static CsvTable Open(string path, Separator separator)
    {
        var options = new CsvReaderOptions
        {
            Separator = separator switch
            {
                Separator.Comma => ',',
                Separator.Semicolon => ';',
                Separator.Tab => '\t',
                _ => null,
            },
            TrimWhitespace = true,
            TrackLineNumbers = true,
            PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        };
        try
        {
            return new CsvTable(
                path,
                CsvReader.Create(new StreamReader(RegularFile.OpenRead(path, MostBytes), StrictUtf8), options)
            );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"there is no table {path}; are dataset.root and dataset.table right?");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the table {path}: {e.Message}");
        }
    }

    /// <summary>The rows below the header, once.</summary>
    /// <exception cref="DataException">
    /// Rows have more or fewer cells than the header, quotes are out of place, or it is no text.
    /// </exception>
    public IEnumerable<TableRow> Rows()
    {
        var wrong = new Mistakes(
            count => $"{_path}: rows that do not have {Header.Count} cells as the header has ({count:N0})",
            "Is a separator missing, or a cell with a separator not quoted?"
        );
        while (Checked(_reader.Read))
        {
            if (_reader.FieldCount == Header.Count)
            {
                yield return new TableRow(_reader.LineNumber, Text(_reader.Current.ToArray()));
            }
            else
            {
                wrong.Add($"line {_reader.LineNumber} has {_reader.FieldCount}");
            }
        }

        wrong.ThrowIfAny();
    }

    /// <summary>The position of a column, or -1.</summary>
    /// <exception cref="DataException">Two columns share the name.</exception>
    public int Find(string column)
    {
        var found = Enumerable.Range(0, Header.Count).Where(i => Header[i] == column).ToArray();
        return found.Length < 2
            ? found.FirstOrDefault(-1)
            : throw new DataException($"{_path}: the header names '{column}' {found.Length} times; rename all but one");
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    // No path may hold a zero, and no text does.
    string[] Text(string[] cells) =>
        !Array.Exists(cells, cell => cell.AsSpan().Contains('\0'))
            ? cells
            : throw new DataException(
                $"{_path} line {_reader.LineNumber}: holds a zero byte; the table is damaged, copy it again"
            );

    T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw new DataException(
                $"{_path} line {e.LineNumber}: quotes are out of place; "
                    + "put the whole cell in quotes and double the ones inside"
            );
        }
        catch (DecoderFallbackException)
        {
            throw new DataException($"{_path} is not UTF-8 text; save it as CSV in UTF-8");
        }
    }
}
