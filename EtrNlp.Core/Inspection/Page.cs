using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>White paper of a given width that grows downwards with what is put on it.</summary>
sealed class Page(int width, int margin)
{
    readonly List<Action<SKCanvas>> _marks = [];

    /// <summary>Pixels from the top to the lowest thing on it.</summary>
    public float Bottom { get; private set; } = margin;

    /// <summary>Puts a text into a column of some width; returns where it ends.</summary>
    public float Write(TextStyle style, string text, float x, float y, float columnWidth)
    {
        foreach (var line in style.Lines(text, columnWidth))
        {
            var top = y;
            _marks.Add(canvas => style.Draw(canvas, line, x, top));
            y += style.LineHeight;
        }

        Bottom = Math.Max(Bottom, y);
        return y;
    }

    /// <summary>Puts a picture, which it takes, with its upper left corner to a place; returns where it ends.</summary>
    public float Put(SKBitmap picture, float x, float y)
    {
        _marks.Add(canvas =>
        {
            canvas.DrawBitmap(picture, x, y);
            picture.Dispose();
        });
        Bottom = Math.Max(Bottom, y + picture.Height);
        return y + picture.Height;
    }

    /// <summary>Writes it as PNG.</summary>
    public void Save(Stream to)
    {
        using var surface = SKSurface.Create(
            new SKImageInfo(width, (int)MathF.Ceiling(Bottom) + margin, SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        surface.Canvas.Clear(SKColors.White);
        _marks.ForEach(mark => mark(surface.Canvas));
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        png.SaveTo(to);
    }
}
