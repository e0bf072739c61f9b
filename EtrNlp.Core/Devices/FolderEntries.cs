using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Core.Devices;

/// <summary>
/// The names in a folder, and what makes them outlast a power cut. Windows keeps a journal of names by itself.
/// </summary>
static partial class FolderEntries
{
    const int ReadOnly = 0; // O_RDONLY

    /// <summary>
    /// Puts the names in a folder on the disk: a file that was renamed has its new name for good only from then on.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A folder that may be written to but not listed cannot be opened.
        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>Makes a folder, and those above it that are missing, for good.</summary>
    internal static void Create(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var above = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        Create(above);
        Directory.CreateDirectory(folder);
        Flush(above);
    }

    /// <summary>
    /// Moves a file over another name in the same folder, or into a folder on the same disk, for good.
    /// </summary>
    internal static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        Flush(Path.GetDirectoryName(to)!);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
