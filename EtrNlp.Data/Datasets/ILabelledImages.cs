namespace EtrNlp.Data.Datasets;

/// <summary>
/// Images of one size, the requested columns and the requested maps, read in any order and from any number of threads
/// at once.
/// </summary>
public interface ILabelledImages
{
    /// <summary>Images in a split.</summary>
    int Count(Split split);

    /// <summary>What its depth maps hold, if it has any.</summary>
    DepthKind Depth => DepthKind.Distance;

    /// <summary>What an image is called in messages.</summary>
    string NameOf(Split split, int index) => FormattableString.Invariant($"image {index}");

    /// <summary>Reads the images of the given indices as interleaved RGB bytes [N, H, W, 3].</summary>
    void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels);

    /// <summary>Whether some label of a requested column is unknown, in any split.</summary>
    bool HasUnknown(int column) => false;

    /// <summary>
    /// Reads the requested columns of the given indices as [N, columns], columns in the order of the request: 0 or 1,
    /// or the position of the class, or NaN where it is unknown.
    /// </summary>
    void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values);

    /// <summary>
    /// Reads one of the requested maps, by its position in the request, for the given indices as [N, H, W, channels].
    /// </summary>
    void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values);
}
