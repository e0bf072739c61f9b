using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>
/// The images of a published set, which are all stored alike. They are decoded as they are stored, whatever EXIF says,
/// since that is what published numbers were made from.
/// </summary>
public interface IPublishedImages
{
    /// <summary>How they are stored, in words; equal texts mean equal pixels of equal files.</summary>
    string Text { get; }

    /// <summary>The size of every image.</summary>
    ImageSize Size { get; }

    /// <summary>Decodes the bytes of a file.</summary>
    /// <exception cref="DataException">It is another kind of image, or not whole.</exception>
    RgbImage Decode(byte[] file, string name);
}
