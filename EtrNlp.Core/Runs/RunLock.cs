namespace EtrNlp.Core.Runs;

/// <summary>Keeps a second process off a run folder; the system releases it when the process ends, however it ends.</summary>
static class RunLock
{
    /// <summary>True where no other process works in a folder at this moment.</summary>
    internal static bool IsFree(RunFolder folder)
    {
        try
        {
            Take(folder).Dispose();
            return true;
        }
        catch (RunException)
        {
            return false;
        }
    }

    /// <summary>Takes the lock of a folder, which lies beside it so that the folder itself can be moved while the lock is held.</summary>
    /// <exception cref="RunException">Another process has it.</exception>
    internal static IDisposable Take(RunFolder folder)
    {
        var parent = Path.GetDirectoryName(folder.Path)!;
        Directory.CreateDirectory(parent);
        var path = Path.Combine(parent, $".{Path.GetFileName(folder.Path)}.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new RunException($"another process is working in {folder.Path}; wait for it, or stop it", e);
        }
    }
}
