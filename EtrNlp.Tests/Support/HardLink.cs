using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EtrNlp.Tests.Support;

/// <summary>A second name for a file, which .NET cannot make by itself.</summary>
internal static partial class HardLink
{
    public static void Create(string existing, string created)
    {
        if (Link(existing, created) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);
}
