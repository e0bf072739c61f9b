using System.Text.RegularExpressions;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>
/// Files of the cache folder. Each is written under a temporary name of its own until it is whole, so that processes
/// may write the same one at once. What a killed process leaves behind is removed by the next that opens the cache.
/// </summary>
static partial class CacheFile
{
    /// <summary>Writes a file of a known length in bytes; nothing is left of it if that fails.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, long length, Action<SafeFileHandle> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            // It is renamed while it is open: what nobody has open is abandoned.
            using var file = File.OpenHandle(
                temporary,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.Delete,
                FileOptions.None,
                length
            );
            write(file);
            RandomAccess.FlushToDisk(file);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Removes what killed processes have left half written.</summary>
    public static void RemoveAbandoned(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.tmp").Where(IsAbandoned))
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
        if (!TemporaryName().IsMatch(Path.GetFileName(path)) || RegularFile.Obstacle(path) is not null)
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return RandomAccess.GetLength(file) > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex("^((images|maps)-[0-9a-f]{32}[.]pack|sources-[0-9a-f]{32}[.]index)[.][0-9a-f]{32}[.]tmp$")]
    private static partial Regex TemporaryName();
}
