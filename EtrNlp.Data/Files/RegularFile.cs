using System.Text;

namespace EtrNlp.Data.Files;

/// <summary>
/// Files as something to read: regular ones of a bounded size. A named pipe lets its reader wait for ever, and a device
/// has no end, so both are refused before they are opened. Symbolic links are followed.
/// </summary>
public static class RegularFile
{
    /// <summary>
    /// Bytes that no text written by hand has: the bound of experiments and of what a run says about itself.
    /// </summary>
    public const long MostTextBytes = 1 << 24;

    /// <summary>The obstacle of a path that leads to nothing at all.</summary>
    public const string Missing = "missing";

    static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// What keeps a path from being read, as "X is ..." goes on; null if it is a regular file, or if only opening it
    /// can tell.
    /// </summary>
    public static string? Obstacle(string path) => Obstacle(FileState.Of(Path.GetFullPath(path)).Kind);

    /// <summary>Opens a file that may be written and removed meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The largest size that is opened.</param>
    /// <exception cref="IOException">
    /// It is missing, larger, or no regular file; the message goes on as "cannot read X: ..." does.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path, long mostBytes)
    {
        var kind = FileState.Of(Path.GetFullPath(path)).Kind;
        if (kind is not (FileKind.Regular or FileKind.Missing or FileKind.Unknown))
        {
            throw new IOException($"it is {Obstacle(kind)}");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var problem =
            !stream.CanSeek ? "it is no regular file"
            : stream.Length > mostBytes ? $"it has {stream.Length:N0} bytes, and at most {mostBytes:N0} are read"
            : null;
        if (problem is null)
        {
            return stream;
        }

        stream.Dispose();
        throw new IOException(problem);
    }

    /// <summary>The bytes of a file, as many as it has when it is opened.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadBytes(string path, long mostBytes)
    {
        using var stream = OpenRead(path, mostBytes);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text of a file: UTF-8, or what its byte-order mark says.</summary>
    /// <exception cref="DecoderFallbackException">It is no text.</exception>
    /// <inheritdoc cref="OpenRead"/>
    public static string ReadText(string path, long mostBytes = MostTextBytes)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, mostBytes)), _strictUtf8);
        return reader.ReadToEnd();
    }

    /// <summary>The same where the kind is known.</summary>
    internal static string? Obstacle(FileKind kind) =>
        kind switch
        {
            FileKind.Missing => Missing,
            FileKind.LinkToNothing => "a symbolic link to nothing",
            FileKind.Folder => "a folder",
            FileKind.Pipe => "a named pipe; only regular files are read",
            FileKind.Device => "a device; only regular files are read",
            FileKind.Socket => "a socket; only regular files are read",
            _ => null,
        };
}
