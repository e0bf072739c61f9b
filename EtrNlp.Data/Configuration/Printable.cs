using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Texts that others wrote, such as names of files, columns and runs, as they may safely be shown: none of their
/// characters controls a terminal, begins a line, turns the direction of reading or is invisible; each such one is
/// replaced by its code.
/// </summary>
public static partial class Printable
{
    const int LongestLine = 4000;
    const int LongestWord = 400;
    const int Remark = 60; // at least the length of what stands for the part that is left out
    const int EndShare = 4; // of what is kept, the end has a fourth: it often holds the remedy

    // What Unicode calls Default_Ignorable_Code_Point and no category tells: fillers, selectors, tags.
    static readonly (int First, int Last)[] Invisible =
    [
        (0x034f, 0x034f),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfff8),
        (0xe0000, 0xe0fff),
    ];

    /// <summary>
    /// One line for people, very long words and lines cut in the middle. What was made so stays as it is.
    /// </summary>
    public static string Line(string text) =>
        Cut(LongWord().Replace(Escaped(text, Short), word => Cut(word.Value, LongestWord)), LongestLine);

    /// <summary>A JSON document of the same content.</summary>
    public static string Json(string document) =>
        Escaped(
            document,
            code =>
                code == '\n' ? "\n"
                : code <= char.MaxValue ? Code(code)
                : string.Concat(char.ConvertFromUtf32(code).Select(c => Code(c)))
        ); // in halves

    /// <summary>A YAML document of the same content, if all that is escaped stands in double quotes.</summary>
    public static string Yaml(string document) => Escaped(document, code => code == '\n' ? "\n" : Code(code));

    static string Escaped(string text, Func<int, string> escape)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length;)
        {
            var (code, length) = Rune.TryGetRuneAt(text, i, out var rune)
                ? (rune.Value, rune.Utf16SequenceLength)
                : (text[i], 1);
            var hidden = IsHidden(code);
            if (hidden)
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length);
            }

            escaped?.Append(hidden ? escape(code) : text.AsSpan(i, length));
            i += length;
        }

        return escaped?.ToString() ?? text;
    }

    static bool IsHidden(int code) =>
        code is < ' ' or > '~'
        && (
            CharUnicodeInfo.GetUnicodeCategory(code)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
            || Invisible.Any(range => code >= range.First && code <= range.Last)
        );

    static string Short(int code) =>
        code switch
        {
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ => Code(code),
        };

    static string Code(int code) => code <= char.MaxValue ? $@"\u{code:x4}" : $@"\U{code:x8}";

    static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var kept = longest - Remark;
        var end = kept / EndShare;
        return FormattableString.Invariant(
            $"{text[..(kept - end)]} ... ({text.Length - kept} characters left out) ... {text[^end..]}"
        );
    }

    [GeneratedRegex(@"\S{401,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongWord();
}
