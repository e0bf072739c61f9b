using CsvHelper;

namespace EtrNlp.Data.Files;

/// <summary>
/// Rows of comma-separated values: cells are quoted where they need it, and each row ends in a line feed.
/// </summary>
public static class CsvText
{
    static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    // A quote that a torn line leaves open must not swallow the lines below it.
    static readonly CsvReaderOptions Lines = new() { HasHeader = false, AllowLineBreaksInQuotes = false };

    /// <summary>The text of rows of equally many cells.</summary>
    public static string Of(IEnumerable<IEnumerable<string>> rows)
    {
        using var text = new StringWriter();
        using (var writer = CsvWriter.Create(text, Options, leaveOpen: true))
        {
            foreach (var row in rows)
            {
                writer.WriteRecord([.. row]);
            }
        }

        return text.ToString();
    }

    /// <summary>The cells of each line of a text, however many there are.</summary>
    public static IEnumerable<string[]> Rows(TextReader text)
    {
        using var reader = CsvReader.Create(text, Lines);
        while (reader.Read())
        {
            yield return reader.Current.ToArray();
        }
    }
}
