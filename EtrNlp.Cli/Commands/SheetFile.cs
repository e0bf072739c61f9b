using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Cli.Commands;

/// <summary>Where a contact sheet goes; what cannot be written is refused before anything is counted.</summary>
sealed class SheetFile
{
    static readonly byte[] _signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    SheetFile(string path) => Path = path;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>A sheet at a path, whose folder is made where there is none.</summary>
    /// <exception cref="DataException">It cannot be written there, or another kind of file is there.</exception>
    public static SheetFile At(string path)
    {
        var sheet = new SheetFile(System.IO.Path.GetFullPath(path));
        sheet.Try(sheet.RequireRoom);
        return sheet;
    }

    /// <summary>Writes it whole, or leaves what was there.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Write(Action<Stream> draw) => Try(() => AtomicFile.Write(Path, draw));

    void RequireRoom()
    {
        var folder = System.IO.Path.GetDirectoryName(Path);
        if (folder is null || System.IO.Path.EndsInDirectorySeparator(Path))
        {
            throw new IOException("it is a folder");
        }

        if (RegularFile.Obstacle(Path) is not RegularFile.Missing and var obstacle)
        {
            RequirePng(obstacle);
        }

        Directory.CreateDirectory(folder);
        var probe = System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        using var _ = File.OpenHandle(
            probe,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            FileOptions.DeleteOnClose
        );
    }

    // What somebody else wrote, such as a table of labels, is not replaced.
    void RequirePng(string? obstacle)
    {
        if (obstacle is not null)
        {
            throw new IOException($"it is {obstacle}");
        }

        using var file = RegularFile.OpenRead(Path, long.MaxValue);
        var begin = new byte[_signature.Length];
        file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        if (!begin.SequenceEqual(_signature))
        {
            throw new IOException("a file is there that is no PNG");
        }
    }

    void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"cannot write the contact sheet {Path}: {e.Message.TrimEnd('.')}; choose another with --sheet"
            );
        }
    }
}
