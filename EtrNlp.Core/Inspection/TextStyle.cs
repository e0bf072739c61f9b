using EtrNlp.Data.Configuration;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>Text of one size and colour in the font within the program, since a system may have none.</summary>
sealed class TextStyle(float size, SKColor colour) : IDisposable
{
    internal const string FontName = "DejaVuSans.ttf";
    const float LinesApart = 1.35f; // in sizes

    static readonly Lazy<SKTypeface> Face = new(Load);

    readonly SKFont _font = new(Face.Value, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
    readonly SKPaint _paint = new() { Color = colour, IsAntialias = true };

    /// <summary>Pixels from one line to the next.</summary>
    public float LineHeight => size * LinesApart;

    /// <summary>Pixels of a text in one line.</summary>
    public float Width(string text) => _font.MeasureText(text);

    /// <summary>A text in lines of at most some pixels, broken at blanks, or in a word that is wider.</summary>
    public IReadOnlyList<string> Lines(string text, float width)
    {
        List<string> lines = [""];
        foreach (var word in Printable.Line(text).Split(' '))
        {
            var longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            if (Width(longer) <= width)
            {
                lines[^1] = longer;
                continue;
            }

            lines.AddRange(Pieces(word, width));
        }

        return [.. lines.SkipWhile(line => line.Length == 0)];
    }

    /// <summary>Draws a line whose upper left corner is given.</summary>
    public void Draw(SKCanvas canvas, string line, float x, float y) =>
        canvas.DrawText(line, x, y + size, SKTextAlign.Left, _font, _paint);

    public void Dispose()
    {
        _font.Dispose();
        _paint.Dispose();
    }

    IEnumerable<string> Pieces(string word, float width)
    {
        for (var rest = word; rest.Length > 0;)
        {
            var length = Math.Max(1, _font.BreakText(rest, width));
            yield return rest[..length];
            rest = rest[length..];
        }
    }

    static SKTypeface Load()
    {
        using var file = typeof(TextStyle).Assembly.GetManifestResourceStream(FontName)!;
        return SKTypeface.FromStream(file) ?? throw new InvalidOperationException($"{FontName} is no font");
    }
}
