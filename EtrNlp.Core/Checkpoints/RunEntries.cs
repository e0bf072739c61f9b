using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// What stands under the names that the program reads and writes in a run folder, and beside it for its lock.
/// </summary>
static class RunEntries
{
    /// <summary>
    /// Refuses symbolic links, and whatever is no file or no folder if the program has one of that name.
    /// </summary>
    /// <exception cref="DataException">There is such a thing, or the folder cannot be read.</exception>
    internal static void Check(RunFolder folder)
    {
        SymbolicLinks.Refuse(RunLock.PathOf(folder));
        Array.ForEach([RunLock.PathOf(folder), .. folder.Files], RequireFile);
        try
        {
            if (Directory.Exists(folder.Path))
            {
                Array.ForEach(
                    [.. SymbolicLinks.EntriesBelow(folder.Path)],
                    entry => SymbolicLinks.Refuse(entry.FullName)
                );
            }
            else
            {
                SymbolicLinks.Refuse(folder.Path); // to nothing: no folder can be made there
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"the run folder {folder.Path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Refuses what is there if it is neither a file nor nothing.</summary>
    /// <exception cref="DataException">It is a folder, a pipe, a device.</exception>
    internal static void RequireFile(string path)
    {
        if (RegularFile.Obstacle(path) is not RegularFile.Missing and { } obstacle)
        {
            throw new DataException($"{path} is {obstacle}; remove it");
        }
    }
}
