using System.Globalization;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Figures;

/// <summary>A figure: its values as a tidy table, one observation a row, and its drawing.</summary>
/// <param name="Header">The names of the table's columns.</param>
/// <param name="Rows">The table's rows, unrounded; empty where there is no value.</param>
/// <param name="Svg">The drawing.</param>
public sealed record Figure(IReadOnlyList<string> Header, IEnumerable<IReadOnlyList<string>> Rows, string Svg)
{
    /// <summary>The table as comma-separated values.</summary>
    public string Csv => CsvText.Of(Rows.Prepend(Header));

    /// <summary>A number of the table.</summary>
    internal static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
}
