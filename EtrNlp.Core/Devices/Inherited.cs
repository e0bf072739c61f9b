using System.Runtime.InteropServices;

namespace EtrNlp.Core.Devices;

/// <summary>
/// What a process on Unix was given by the one that started it; on Windows everything is open and nothing ignored.
/// </summary>
public static partial class Inherited
{
    const string Library = "libc";
    const int GetFlags = 1; // F_GETFD
    const int CloseOnExec = 1; // FD_CLOEXEC
    const int LargestAction = 256; // bytes; a struct sigaction has up to 152

    static readonly nint _ignore = 1; // SIG_IGN

    /// <summary>
    /// True if standard input (0), output (1) or error (2) was open when the program was started. If it was not, the
    /// runtime may have a file or pipe of its own under that number, which closes when a program is started, as nothing
    /// inherited can.
    /// </summary>
    public static bool IsOpen(int stream) =>
        OperatingSystem.IsWindows() || (FileControl(stream, GetFlags) & CloseOnExec) == 0;

    /// <summary>
    /// Keeps the numbers of closed standard streams from files that are opened later, into which native code would
    /// write its warnings; to be called before any is opened, and to be kept.
    /// </summary>
    public static IReadOnlyList<SafeHandle> HoldClosedStreams()
    {
        var held = new List<SafeHandle>();
        while (!OperatingSystem.IsWindows() && Enumerable.Range(0, 3).Any(stream => FileControl(stream, GetFlags) < 0))
        {
            held.Add(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        }

        return held;
    }

    /// <summary>True if a signal, by its number, was ignored at the start, as nohup does with SIGHUP.</summary>
    public static bool IsIgnored(int signal)
    {
        Span<nint> action = stackalloc nint[LargestAction / sizeof(long)];
        return !OperatingSystem.IsWindows() && SignalAction(signal, 0, ref action[0]) == 0 && action[0] == _ignore;
    }

    [LibraryImport(Library, EntryPoint = "fcntl")]
    private static partial int FileControl(int descriptor, int command);

    [LibraryImport(Library, EntryPoint = "sigaction")]
    private static partial int SignalAction(int signal, nint action, ref nint before);
}
