using System.Text.RegularExpressions;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>
/// Files of the cache folder. A small one is written under a temporary name of its own until it is whole, so that
/// processes may write the same one at once; a pack grows in a part that only one process holds. What killed processes
/// leave behind is removed by the next that opens the cache, but parts only when they are old.
/// </summary>
static partial class CacheFile
{
    // Errors of Windows; of Linux and macOS: a file is held, or was just made, by another process.
    static readonly int[] _taken = [unchecked((int)0x80070020), unchecked((int)0x80070050), 11, 35, 17];

    static readonly TimeSpan _oldPart = TimeSpan.FromDays(7);
    static readonly TimeSpan _finishing = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at a file that another process holds.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>True for what is thrown because another process has a file.</summary>
    public static bool IsTaken(IOException e) => _taken.Contains(e.HResult);

    /// <summary>Opens a whole file; for a moment after it became whole, its writer may still hold it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException e) when (IsTaken(e) && waited < _finishing)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>Writes a small file; nothing is left of it if that fails.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<SafeFileHandle> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            // It is renamed while it is open: what nobody has open is abandoned.
            using var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(file);
            RandomAccess.FlushToDisk(file);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Removes what killed processes have left half written, and what nobody has gone on with.</summary>
    public static void RemoveAbandoned(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder).Where(IsAbandoned))
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no cache yet, or it belongs to somebody else.
        }
    }

    // A process that writes keeps its file locked. Between creating and locking it the file is empty.
    static bool IsAbandoned(string path)
    {
        var name = Path.GetFileName(path);
        var isOldPart = PartName().IsMatch(name) && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > _oldPart;
        if ((!isOldPart && !TemporaryName().IsMatch(name)) || RegularFile.Obstacle(path) is not null)
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return isOldPart || RandomAccess.GetLength(file) > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex("^((images|maps)-[0-9a-f]{32}[.]pack|sources-[0-9a-f]{32}[.]index)[.][0-9a-f]{32}[.]tmp$")]
    private static partial Regex TemporaryName();

    [GeneratedRegex("^(images|maps)-[0-9a-f]{32}[.]pack[.]part$")]
    private static partial Regex PartName();
}
