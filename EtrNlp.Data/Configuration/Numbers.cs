using System.Globalization;
using System.Numerics;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Numbers within a range. The resolved file shows each in one form, so that 1e-4 and 0.0001 are the same setting.
/// </summary>
static class Numbers
{
    /// <summary>
    /// A number of any type; <paramref name="what"/> names it for people, <paramref name="json"/> for schemas.
    /// </summary>
    public static ValueType<T> Type<T>(string what, string json, T min, T max, NumberStyles styles)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var (bottom, top) = (min > T.MinValue ? Canonical(min) : null, max < T.MaxValue ? Canonical(max) : null);
        var expected = (bottom, top) switch
        {
            ({ }, { }) => $"{what} from {bottom} to {top}",
            ({ }, null) => $"{what} >= {bottom}",
            (null, { }) => $"{what} <= {top}",
            _ => what,
        };
        return new(
            expected,
            () => Schemas.Number(json, bottom, top),
            (node, key, reading) =>
            {
                if (
                    node is ScalarNode { Text: { } text, Quoted: false }
                    && TryRead(text, styles, out T value)
                    && value >= min
                    && value <= max
                )
                {
                    return new Parsed<T>(value, new ScalarNode(Canonical(value), node.Place));
                }

                reading.Complain(
                    node.Place,
                    key,
                    $"expected {expected}, got {node.Described}{Remedy<T>(node, styles)}"
                );
                return null;
            }
        );
    }

    static bool TryRead<T>(string text, NumberStyles styles, out T value)
        where T : struct, INumber<T> =>
        T.TryParse(text, styles, CultureInfo.InvariantCulture, out value)
        && T.IsFinite(value)
        && !IsRoundedToZero(text, value);

    // 1e-400 is not nothing, and no number that a computer keeps is as small.
    static bool IsRoundedToZero<T>(string text, T value)
        where T : struct, INumber<T> =>
        value == T.Zero && text.Split('e', 'E')[0].AsSpan().IndexOfAnyInRange('1', '9') >= 0;

    // Zero without a sign, decimals without the zeros at their end.
    static string Canonical<T>(T value)
        where T : struct, INumber<T> =>
        (value == T.Zero ? T.Zero : value).ToString(value is decimal ? "G29" : null, CultureInfo.InvariantCulture);

    static string Remedy<T>(ConfigNode node, NumberStyles styles)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (node is not ScalarNode { Text: { } text } scalar)
        {
            return "";
        }

        if (T.TryParse(text, styles, CultureInfo.InvariantCulture, out T read) && IsRoundedToZero(text, read))
        {
            return "; it is too small to be told from 0; write 0 or a larger number";
        }

        if (TryRead(text, styles, out T _))
        {
            return scalar.Quoted ? "; leave out the quotes" : "";
        }

        var written = Meant(text);
        return written is { } value && TryRead(value, styles, out T number) ? $"; write {Canonical(number)}"
            : written is not null && T.IsInteger(T.MaxValue) && !styles.HasFlag(NumberStyles.AllowDecimalPoint)
                ? TooLarge<T>(written)
            : "";
    }

    // What 1_000, 0x10, 1.0 and 1e3 were meant to be, as plain digits.
    static string? Meant(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var isHexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return isHexadecimal
            && long.TryParse(
                digits[2..],
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var hexadecimal
            )
                ? $"{hexadecimal}"
            : decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value.ToString("G29", CultureInfo.InvariantCulture)
            : null;
    }

    static string TooLarge<T>(string written)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        decimal.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && decimal.IsInteger(value)
            ? $"; an integer lies between {Canonical(T.MinValue)} and {Canonical(T.MaxValue)}"
            : "";
}
