namespace EtrNlp.Data.Images;

/// <summary>What an image file says besides its pixels; empty if it says nothing.</summary>
/// <param name="Exif">A small TIFF file.</param>
/// <param name="Xmp">Text in XML.</param>
readonly record struct ImageMetadata(ReadOnlyMemory<byte> Exif, ReadOnlyMemory<byte> Xmp);
