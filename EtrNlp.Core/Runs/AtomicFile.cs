using System.Text;

namespace EtrNlp.Core.Runs;

/// <summary>Files that are replaced whole: a kill at any instant leaves the old one or the new one.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary name, flushes to the disk, renames.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)));

    /// <summary>Copies a file onto another name, as safely.</summary>
    public static void Copy(string source, string target) => Write(target, stream =>
    {
        using var from = File.OpenRead(source);
        from.CopyTo(stream);
    });
}
