using System.Text;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// A text that grows by lines while it is read, so that an epoch costs what it adds and not what the run has.
/// </summary>
/// <param name="path">The file, which may not be there yet.</param>
sealed class GrowingText(string path)
{
    const long MostBytes = 1 << 28;

    long _read;

    /// <summary>The whole lines that are there and were not read before; all of them where it became shorter.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal string ReadOn()
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using var file = RegularFile.OpenRead(path, MostBytes);
        file.Position = file.Length < _read ? 0 : _read;
        var bytes = new byte[file.Length - file.Position];
        file.ReadExactly(bytes);
        var lines = bytes.AsSpan(0, bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        _read = file.Position - bytes.Length + lines.Length;
        return Encoding.UTF8.GetString(lines);
    }
}
