using System.Text;

namespace EtrNlp.Core.Runs;

/// <summary>Files that are replaced whole: a kill at any instant leaves the old one or the new one.</summary>
public static class AtomicFile
{
    const string Temporary = ".tmp";

    /// <summary>
    /// Writes to a temporary name, flushes to the disk, renames. Where <paramref name="keepOldAs"/> is given the file that was there
    /// takes that name, but not before the new one is whole on the disk.
    /// </summary>
    public static void Write(string path, Action<Stream> write, string? keepOldAs = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + Temporary;
        try
        {
            using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException e) // how .NET tells that a file may not become so large: EFBIG
        {
            File.Delete(temporary);
            throw new IOException($"{temporary} may not become so large on this system", e);
        }
        catch
        {
            File.Delete(temporary); // on a full disk, gives back the room it took
            throw;
        }

        if (keepOldAs is not null && File.Exists(path))
        {
            File.Move(path, keepOldAs, overwrite: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)));

    /// <summary>Deletes what a killed process left half written below a folder.</summary>
    public static void RemoveTemporary(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"*{Temporary}", SearchOption.AllDirectories))
        {
            File.Delete(path);
        }
    }
}
