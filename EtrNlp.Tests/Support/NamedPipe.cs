using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EtrNlp.Tests.Support;

/// <summary>A FIFO in a folder, which .NET cannot make by itself; nobody ever writes to it.</summary>
internal static partial class NamedPipe
{
    const uint ForItsOwner = 0b110_000_000;

    public static void Create(string path)
    {
        if (Make(path, ForItsOwner) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Make(string path, uint mode);
}
