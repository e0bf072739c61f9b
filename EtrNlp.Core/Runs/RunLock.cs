using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>Keeps a second process off a run folder; the system releases it when the process ends, however it ends.</summary>
static class RunLock
{
    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="DataException">Another process has it.</exception>
    internal static IDisposable Take(RunFolder folder)
    {
        var path = Path.Combine(folder.Path, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new DataException($"another process is working in {folder.Path}; wait for it, or stop it");
        }
    }
}
