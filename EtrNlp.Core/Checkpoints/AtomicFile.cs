using System.Text;
using EtrNlp.Core.Devices;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// Files that are replaced whole: a kill or a power cut at any instant leaves the old one or the new one.
/// </summary>
public static class AtomicFile
{
    /// <summary>What the temporary names end with.</summary>
    internal const string Temporary = ".tmp";

    /// <summary>
    /// Writes to a temporary name, flushes to the disk, renames. Where <paramref name="keepOldAs"/> is given the file
    /// that was there takes that name, but not before the new one is whole on the disk. A <paramref name="guard"/>
    /// throws where another process has the folder: it is asked before anything is written and again before the
    /// renaming. Who has the folder need not wait for what others still write. The <paramref name="temporary"/> name is
    /// given where several processes may write at once, each with its own; else it is that of the file and ".tmp".
    /// </summary>
    /// <exception cref="DataException">
    /// Something that is no file has the temporary name, such as a symbolic link.
    /// </exception>
    public static void Write(
        string path,
        Action<Stream> write,
        string? keepOldAs = null,
        Action? guard = null,
        string? temporary = null
    )
    {
        guard?.Invoke();
        FolderEntries.Create(Path.GetDirectoryName(path)!);
        temporary ??= path + Temporary;
        RemoveAbandoned(temporary, evenIfOpen: guard is not null);
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

        guard?.Invoke(); // the temporary name may be that of another process's file by now: it is left alone
        if (keepOldAs is not null && File.Exists(path))
        {
            File.Move(path, keepOldAs, overwrite: true);
        }

        FolderEntries.Move(temporary, path);
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text, Action? guard = null, string? temporary = null) =>
        Write(path, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)), null, guard, temporary);

    // How .NET tells that a file may not become so large: EFBIG.
    static IOException TooLarge(string path, ArgumentOutOfRangeException e) =>
        new($"{path} may not become so large on this system", e);

    // What a killed process left half written. One that still writes keeps others off its file, and this fails.
    static void RemoveAbandoned(string temporary, bool evenIfOpen)
    {
        SymbolicLinks.Refuse(temporary);
        RunEntries.RequireFile(temporary);
        if (File.Exists(temporary))
        {
            if (!evenIfOpen)
            {
                using var look = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }

            File.Delete(temporary);
        }
    }
}
