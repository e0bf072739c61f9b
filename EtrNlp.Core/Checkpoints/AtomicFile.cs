using System.Text;
using EtrNlp.Core.Devices;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// Files that are replaced whole: a kill or a power cut at any instant leaves the old one or the new one.
/// </summary>
public static class AtomicFile
{
    const string Temporary = ".tmp";

    /// <summary>
    /// Writes to a temporary name, flushes to the disk, renames. Where <paramref name="keepOldAs"/> is given the file
    /// that was there takes that name, but not before the new one is whole on the disk.
    /// </summary>
    /// <exception cref="DataException">
    /// Something that is no file has the temporary name, such as a symbolic link.
    /// </exception>
    public static void Write(string path, Action<Stream> write, string? keepOldAs = null)
    {
        FolderEntries.Create(Path.GetDirectoryName(path)!);
        var temporary = path + Temporary;
        RemoveAbandoned(temporary);
        var created = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        try
        {
            using var stream = created; // closing a file that could not be written fails once more
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            File.Delete(temporary);
            throw TooLarge(temporary, e);
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

        FolderEntries.Move(temporary, path);
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)));

    // How .NET tells that a file may not become so large: EFBIG.
    static IOException TooLarge(string path, ArgumentOutOfRangeException e) =>
        new($"{path} may not become so large on this system", e);

    // What a killed process left half written. One that still writes keeps others off its file, and this fails.
    static void RemoveAbandoned(string temporary)
    {
        SymbolicLinks.Refuse(temporary);
        RunEntries.RequireFile(temporary);
        if (File.Exists(temporary))
        {
            using (new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }

            File.Delete(temporary);
        }
    }
}
