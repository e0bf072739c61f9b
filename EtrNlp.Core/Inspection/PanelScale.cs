using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>
/// How the pixels of an image become those of a panel that can be looked at: each enlarged by a whole factor, or every
/// n-th kept. None is mixed with another.
/// </summary>
readonly record struct PanelScale(ImageSize Image)
{
    const int Least = 256; // pixels of the shorter side of a panel
    const int Most = 2048; // of the longer side, if that takes no thinning

    /// <summary>Pixels of a panel for one of the image, along each side.</summary>
    public int Enlarged => Math.Max(1, Math.Min((Least + Shorter - 1) / Shorter, Most / Longer));

    /// <summary>Pixels of the image for one of a panel, along each side.</summary>
    public int Thinned => Math.Max(1, Shorter / Least);

    /// <summary>Height and width of a panel.</summary>
    public ImageSize Panel => new(Image.Height * Enlarged / Thinned, Image.Width * Enlarged / Thinned);

    /// <summary>The pixel of the image, row by row, that stands at a pixel of the panel.</summary>
    public int PixelAt(int y, int x) => (OfImage(y) * Image.Width) + OfImage(x);

    /// <summary>What was done, in words.</summary>
    public string Text =>
        Enlarged > 1 ? $"enlarged {Enlarged} times"
        : Thinned > 1 ? $"every {Thinned}. pixel of a row or column"
        : "as they are";

    int Shorter => Math.Min(Image.Height, Image.Width);

    int Longer => Math.Max(Image.Height, Image.Width);

    int OfImage(int at) => ((at * Thinned) + (Thinned / 2)) / Enlarged;
}
