using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtrNlp.Core.Devices;

/// <summary>What the GNU C library's allocator can only be told before a process starts.</summary>
public static partial class GnuTunables
{
    const string Library = "libc.so.6";
    const string Tunables = "GLIBC_TUNABLES";
    // No cache per thread; large pages where the system gives them to programs that ask.
    const string Wanted = "glibc.malloc.tcache_count=0:glibc.malloc.hugetlb=1";
    const string Restarted = "ETRNLP_RESTARTED";

    // Where one is set, the user has chosen, it is done, or somebody watches this process from its start.
    static readonly string[] _reasonsToGoOn =
    [
        Tunables,
        Restarted,
        "DOTNET_DiagnosticPorts",
        "CORECLR_ENABLE_PROFILING",
    ];

    /// <summary>
    /// Starts this process anew without the allocator's cache per thread, and with large pages: it keeps its number,
    /// arguments and streams. Cached pieces do not join freed memory beside them, and the alignment of tensors leaves
    /// many such pieces: with them a training step takes a quarter more memory. Where the system refuses, nothing
    /// happens.
    /// </summary>
    /// <param name="arguments">Those of the program.</param>
    public static void Apply(IReadOnlyList<string> arguments)
    {
        if (
            !OperatingSystem.IsLinux()
            || Debugger.IsAttached
            || _reasonsToGoOn.Any(name => Environment.GetEnvironmentVariable(name) is not null)
        )
        {
            return;
        }

        try
        {
            Restart(arguments);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or DllNotFoundException
                        or EntryPointNotFoundException
            )
        {
            // Training takes more memory then, that is all.
        }
    }

    static void Restart(IReadOnlyList<string> arguments)
    {
        var line = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
        if (Environment.ProcessPath is { } program && line.TakeLast(arguments.Count).SequenceEqual(arguments))
        {
            _ = SetEnvironment(Tunables, Wanted, 1);
            _ = SetEnvironment(Restarted, "1", 1);
            File.Delete(DiagnosticSocket());
            _ = Execute(program, [.. line, null]);
        }
    }

    // The runtime's, named by what stays: the runtime that comes could not make it where it is.
    static string DiagnosticSocket()
    {
        const int startTime = 22 - 3; // of proc(5)'s fields, behind the second, which may hold blanks
        var status = File.ReadAllText("/proc/self/stat");
        var started = status[(status.LastIndexOf(')') + 2)..].Split(' ')[startTime];
        return Path.Combine(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-{started}-socket");
    }

    [LibraryImport(Library, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
