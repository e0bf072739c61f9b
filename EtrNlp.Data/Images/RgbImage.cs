using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>A decoded image: interleaved RGB bytes [H, W, 3].</summary>
public sealed record RgbImage(ReadOnlyMemory<byte> Pixels, ImageSize Size);

/// <summary>An image on disk, and the name that lists and messages use for it.</summary>
public sealed record ImageFile(string Name, string Path);
