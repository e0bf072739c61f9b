namespace EtrNlp.Data.Datasets;

/// <summary>A part of an image that is scaled first.</summary>
/// <param name="Scaled">The size that the image is scaled to.</param>
/// <param name="Top">Rows of the scaled image above the part.</param>
/// <param name="Left">Columns of the scaled image left of the part.</param>
/// <param name="Size">The size of the part.</param>
public sealed record ScaledPart(ImageSize Scaled, int Top, int Left, ImageSize Size)
{
    /// <summary>All of the scaled image.</summary>
    public static ScaledPart Whole(ImageSize scaled) => new(scaled, 0, 0, scaled);
}
