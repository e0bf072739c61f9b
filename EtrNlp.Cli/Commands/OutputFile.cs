using EtrNlp.Cli.Pages;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Cli.Commands;

/// <summary>A kind of file that the command line can name.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Option">The option that names it.</param>
/// <param name="Format">The format of the files of its kind, without an article.</param>
/// <param name="Begin">The bytes that such a file begins with.</param>
sealed record OutputKind(string Name, string Option, string Format, byte[] Begin)
{
    /// <summary>The contact sheet of <c>data inspect</c>.</summary>
    internal static OutputKind ContactSheet { get; } =
        new("contact sheet", "--sheet", "PNG", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <summary>The page of <c>report</c>.</summary>
    internal static OutputKind Report { get; } = new("report", "--html", "report of etrnlp", HtmlReport.Begin);
}

/// <summary>Where a command writes; what cannot be written is refused before anything else is done.</summary>
sealed class OutputFile
{
    readonly OutputKind _kind;

    OutputFile(string path, OutputKind kind) => (Path, _kind) = (path, kind);

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>A file at a path, whose folder is made where there is none.</summary>
    /// <exception cref="DataException">It cannot be written there, or another kind of file is there.</exception>
    public static OutputFile At(string path, OutputKind kind)
    {
        var file = new OutputFile(System.IO.Path.GetFullPath(path), kind);
        file.Try(file.RequireRoom);
        return file;
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
            RequireKind(obstacle);
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
    void RequireKind(string? obstacle)
    {
        if (obstacle is not null)
        {
            throw new IOException($"it is {obstacle}");
        }

        using var file = RegularFile.OpenRead(Path, long.MaxValue);
        var begin = new byte[_kind.Begin.Length];
        file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        if (!begin.SequenceEqual(_kind.Begin))
        {
            throw new IOException($"a file is there that is no {_kind.Format}");
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
                $"cannot write the {_kind.Name} {Path}: {e.Message.TrimEnd('.')}; "
                    + $"choose another with {_kind.Option}"
            );
        }
    }
}
