using System.Globalization;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Results;

/// <summary>A row of <c>metrics.csv</c>.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Split">train, val or test.</param>
/// <param name="Task">The task.</param>
/// <param name="Part">Attribute or class; empty for the task.</param>
/// <param name="Metric">loss, weight or a metric.</param>
/// <param name="Value">Null where there is no finite value.</param>
public sealed record MetricRow(int Epoch, string Split, string Task, string Part, string Metric, double? Value)
{
    internal const long MostBytes = 1 << 28;

    /// <summary>Whether it is of a whole task and has a value.</summary>
    public bool IsOfTask => Part.Length == 0 && Value is not null;

    /// <summary>Rows of a file in its order; none where there is no file. What is torn is passed over.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<MetricRow> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var text = new StreamReader(RegularFile.OpenRead(path, MostBytes));
        return [.. Read(text)];
    }

    /// <summary>The same of a text, or of a part of one that begins with a line.</summary>
    public static IEnumerable<MetricRow> Read(TextReader text) =>
        CsvText.Rows(text).Select(Parsed).OfType<MetricRow>();

    static MetricRow? Parsed(string[] cells) =>
        cells is [var epochText, var split, var task, var part, var metric, var valueText]
        && int.TryParse(epochText, CultureInfo.InvariantCulture, out var epoch)
        && Number(valueText) is var (isNumber, value)
        && isNumber
            ? new MetricRow(epoch, split, task, part, metric, value)
            : null;

    static (bool, double?) Number(string text) =>
        text.Length == 0 ? (true, null)
        : double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? (double.IsFinite(value), value)
        : (false, null);
}
