using System.Text;

namespace EtrNlp.Cli.Slurm;

/// <summary>The last lines of a log.</summary>
static class LogEnd
{
    const int Lines = 8;
    const int Bytes = 8192;

    /// <summary>Those of a file, or none where it cannot be read.</summary>
    internal static IReadOnlyList<string> Of(string path)
    {
        try
        {
            const FileShare Others = FileShare.ReadWrite | FileShare.Delete; // it may be written still
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, Others);
            stream.Seek(-Math.Min(Bytes, stream.Length), SeekOrigin.End);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(Lines)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
