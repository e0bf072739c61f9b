using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>A decoded image: interleaved RGB bytes [H, W, 3].</summary>
public sealed record RgbImage(ReadOnlyMemory<byte> Pixels, ImageSize Size);

/// <summary>An image on disk, and the name that lists and messages use for it.</summary>
public sealed record ImageFile(string Name, string Path)
{
    /// <summary>Which part of the file it is; null where it is the whole file.</summary>
    public FilePart? Part { get; init; }
}

/// <summary>One of the images, or maps, of a file that holds many, or what several files say together.</summary>
/// <param name="Text">Which one; two parts of a file have different texts.</param>
/// <param name="Read">
/// Its bytes, from any thread; a <see cref="Configuration.DataException"/> where they cannot be read.
/// </param>
public sealed record FilePart(string Text, Func<byte[]> Read)
{
    /// <summary>Another file that its bytes come from too; null where there is none.</summary>
    public ImageFile? Beside { get; init; }

    /// <summary>Drops what is kept to read the parts beside it, which are read anew if they are asked for.</summary>
    public Action? Release { get; init; }
}
