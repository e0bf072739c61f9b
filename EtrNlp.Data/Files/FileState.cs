using System.Runtime.InteropServices;

namespace EtrNlp.Data.Files;

/// <summary>What a path leads to once symbolic links are followed.</summary>
enum FileKind : byte
{
    /// <summary>The system does not say.</summary>
    Unknown,

    /// <summary>Bytes that stay.</summary>
    Regular,

    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A symbolic link, or a chain of them, without an end.</summary>
    LinkToNothing,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe (FIFO).</summary>
    Pipe,

    /// <summary>A character or block device.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,
}

/// <summary>
/// What the system says of a file without opening it, by one call; .NET alone cannot tell a named pipe from a file.
/// </summary>
/// <param name="Kind">Only Linux tells pipes, devices and sockets apart from files.</param>
/// <param name="Length">Bytes; 0 where there is no file.</param>
/// <param name="Ticks">The time of the last change (UTC); 0 where there is no file.</param>
readonly partial record struct FileState(FileKind Kind, long Length, long Ticks)
{
    // linux/stat.h: struct statx has 256 bytes on every processor.
    const int StatusBytes = 256;
    const int ModeAt = 28;
    const int SizeAt = 40;
    const int SecondsAt = 112;
    const int NanosecondsAt = 120;
    const uint WithTypeTimeAndSize = 0x1 | 0x40 | 0x200;

    // linux/fcntl.h: a full path needs no folder.
    const int CurrentFolder = -100;

    /// <summary>What keeps it from being read, or that there is nothing to read, as "X is ..." goes on.</summary>
    public string? Obstacle => RegularFile.Obstacle(Kind) ?? (Length == 0 ? "empty" : null);

    /// <summary>That of what a full path leads to.</summary>
    public static FileState Of(string path) =>
        OperatingSystem.IsLinux() && OfStatus(path) is { } state ? state : OfEntries(path);

    static FileState? OfStatus(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        if (Status(CurrentFolder, path, 0, WithTypeTimeAndSize, status) != 0)
        {
            return null;
        }

        var kind = (BitConverter.ToUInt16(status[ModeAt..]) >> 12) switch
        {
            1 => FileKind.Pipe,
            2 or 6 => FileKind.Device,
            4 => FileKind.Folder,
            8 => FileKind.Regular,
            12 => FileKind.Socket,
            _ => FileKind.Unknown,
        };
        var ticks =
            DateTime.UnixEpoch.Ticks
            + BitConverter.ToInt64(status[SecondsAt..]) * TimeSpan.TicksPerSecond
            + BitConverter.ToUInt32(status[NanosecondsAt..]) / TimeSpan.NanosecondsPerTick;
        return new FileState(kind, BitConverter.ToInt64(status[SizeAt..]), ticks);
    }

    static FileState OfEntries(string path)
    {
        if (Directory.Exists(path))
        {
            return new FileState(FileKind.Folder, 0, 0);
        }

        try
        {
            var link = new FileInfo(path);
            if (!link.Exists)
            {
                return new FileState(FileKind.Missing, 0, 0);
            }

            var file = (FileInfo?)link.ResolveLinkTarget(returnFinalTarget: true) ?? link;
            return file.Exists
                ? new FileState(FileKind.Unknown, file.Length, file.LastWriteTimeUtc.Ticks)
                : new FileState(FileKind.LinkToNothing, 0, 0);
        }
        catch (UnauthorizedAccessException)
        {
            return new FileState(FileKind.Unknown, 0, 0); // opening it tells
        }
        catch (IOException)
        {
            return new FileState(FileKind.LinkToNothing, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint what, Span<byte> status);
}
