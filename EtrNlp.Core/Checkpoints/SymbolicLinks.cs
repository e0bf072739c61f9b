using System.IO.Enumeration;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// Whoever sends a run folder may put symbolic links into it, which lead to files of the one who gets it: nothing there
/// is followed through one.
/// </summary>
static class SymbolicLinks
{
    /// <summary>Refuses a path that is a symbolic link, to something or to nothing.</summary>
    /// <exception cref="DataException">It is one.</exception>
    internal static void Refuse(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new DataException(
                $"{path} is a symbolic link, to {target}, and nothing in a run folder is followed through one; "
                    + "put the file itself there, or remove the link"
            );
        }
    }

    /// <summary>Everything below a folder, in no order; the links in it, but nothing behind them.</summary>
    internal static IEnumerable<FileSystemInfo> EntriesBelow(string folder) =>
        new FileSystemEnumerable<FileSystemInfo>(
            folder,
            (ref FileSystemEntry entry) => entry.ToFileSystemInfo(),
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = 0,
                IgnoreInaccessible = false,
            }
        )
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => entry.ToFileSystemInfo().LinkTarget is null,
        };
}
