using EtrNlp.Core.Devices;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// Keeps a second process off a run folder; the system releases it when the process ends, however it ends.
/// </summary>
static class RunLock
{
    /// <summary>What a process is called of which nobody knows more.</summary>
    internal const string Unnamed = "another process";

    /// <summary>
    /// Takes the lock of a folder, which lies beside it so that the folder itself can be moved while the lock is held.
    /// </summary>
    /// <exception cref="RunException">Another process has it.</exception>
    /// <exception cref="Data.Configuration.DataException">A symbolic link lies there.</exception>
    internal static IDisposable Take(RunFolder folder) => Take(PathOf(folder), folder.Path);

    /// <summary>The same; null where another process has it.</summary>
    /// <exception cref="Data.Configuration.DataException">A symbolic link lies there.</exception>
    internal static IDisposable? TryTake(RunFolder folder) => TryTake(PathOf(folder));

    /// <summary>Takes the lock of a folder of many runs, which lies in it: what is above may not be ours.</summary>
    /// <exception cref="RunException">Another process has it.</exception>
    /// <exception cref="Data.Configuration.DataException">A symbolic link lies there.</exception>
    internal static IDisposable TakeRuns(string folder) => Take(Path.Combine(folder, ".lock"), folder);

    /// <summary>Takes several locks, or none.</summary>
    /// <exception cref="RunException">Another process has one.</exception>
    internal static IDisposable TakeAll(IEnumerable<Func<IDisposable>> locks)
    {
        var taken = new Locks();
        try
        {
            foreach (var take in locks)
            {
                taken.Add(take());
            }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The sentence for a folder that another process has.</summary>
    internal static RunException Busy(string who, string folder) =>
        new($"{who} is working in {folder}; wait for it, or stop it");

    static FileStream Take(string path, string folder) => TryTake(path) ?? throw Busy(Unnamed, folder);

    static FileStream? TryTake(string path)
    {
        FolderEntries.Create(Path.GetDirectoryName(path)!);
        SymbolicLinks.Refuse(path);
        try
        {
            return new FileStream(
                path,
                File.Exists(path) ? FileMode.Open : FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException e)
            when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
                && File.Exists(path)
            )
        {
            return null;
        }
    }

    /// <summary>True where another process works in a folder.</summary>
    internal static bool IsTaken(RunFolder folder)
    {
        var path = PathOf(folder);
        try
        {
            if (File.Exists(path))
            {
                using var look = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }

            return false;
        }
        catch (Exception e)
            when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Where the lock of a folder lies.</summary>
    internal static string PathOf(RunFolder folder) =>
        Path.Combine(Path.GetDirectoryName(folder.Path)!, $".{Path.GetFileName(folder.Path)}.lock");

    sealed class Locks : List<IDisposable>, IDisposable
    {
        public void Dispose() => ForEach(one => one.Dispose());
    }
}
