using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.NyuV2;

/// <summary>The part of an image of 480x640 pixels that is kept before scaling.</summary>
/// <param name="Top">Rows above it.</param>
/// <param name="Left">Columns left of it.</param>
/// <param name="Size">Its own size.</param>
sealed record Window(int Top, int Left, ImageSize Size)
{
    /// <summary>The size of everything in the official file.</summary>
    public static ImageSize Stored { get; } = new(480, 640);

    /// <summary>All of it.</summary>
    public static Window Whole { get; } = new(0, 0, Stored);

    /// <summary>Whether it lies in the image.</summary>
    public bool Fits =>
        Top >= 0
        && Left >= 0
        && Size is { Height: > 0, Width: > 0 }
        && Top <= Stored.Height - Size.Height
        && Left <= Stored.Width - Size.Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Size} from row {Top}, column {Left} of {Stored}";

    /// <summary>The kept part of [480, 640, bytes of a pixel].</summary>
    public PixelGrid Cut(PixelGrid grid, int pixelBytes) =>
        NearestResize.Resize(grid, pixelBytes, new ScaledPart(Stored, Top, Left, Size));

    /// <summary>A slice as MATLAB stores it, [channels, 640, 480], as [480, 640, channels].</summary>
    public static T[] Upright<T>(ReadOnlySpan<T> slice, int channels = 1)
    {
        var (upright, from) = (new T[slice.Length], 0);
        for (var c = 0; c < channels; c++)
        {
            for (var x = 0; x < Stored.Width; x++)
            {
                for (var y = 0; y < Stored.Height; y++)
                {
                    upright[(((y * Stored.Width) + x) * channels) + c] = slice[from++];
                }
            }
        }

        return upright;
    }
}
