using System.Runtime.InteropServices;

namespace EtrNlp.Data.Files;

/// <summary>What a path leads to once symbolic links are followed.</summary>
enum FileKind
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

/// <summary>Tells the kind of a file without opening it; .NET alone cannot tell a named pipe from a file.</summary>
static partial class FileKinds
{
    // linux/stat.h: struct statx has 256 bytes on every processor, and its mode stands at byte 28.
    const int StatusBytes = 256;
    const int ModeAt = 28;
    const uint WithType = 1;

    // linux/fcntl.h: a full path needs no folder.
    const int CurrentFolder = -100;

    /// <summary>
    /// The kind of what a full path leads to; only Linux tells pipes, devices and sockets apart from files.
    /// </summary>
    public static FileKind Of(string path)
    {
        if (OperatingSystem.IsLinux() && OfMode(path) is { } kind)
        {
            return kind;
        }

        return Directory.Exists(path) ? FileKind.Folder
            : !File.Exists(path) ? FileKind.Missing
            : LeadsNowhere(path) ? FileKind.LinkToNothing
            : FileKind.Unknown;
    }

    static FileKind? OfMode(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        if (Status(CurrentFolder, path, 0, WithType, status) != 0)
        {
            return null;
        }

        return (BitConverter.ToUInt16(status[ModeAt..]) >> 12) switch
        {
            1 => FileKind.Pipe,
            2 or 6 => FileKind.Device,
            4 => FileKind.Folder,
            8 => FileKind.Regular,
            12 => FileKind.Socket,
            _ => FileKind.Unknown,
        };
    }

    static bool LeadsNowhere(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: false };
        }
        catch (IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint what, Span<byte> status);
}
