using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EtrNlp.Data.Images;

/// <summary>
/// What image files were when their bytes were last read: size, time of the last change and SHA-256 of each. A start
/// reads only files whose size or time has changed. The index is in the cache folder and may be deleted at any time.
/// </summary>
sealed class SourceIndex
{
    const int HashBytes = SHA256.HashSizeInBytes;
    const int StampBytes = 2 * sizeof(long);
    const int RecordBytes = StampBytes + HashBytes;
    const long NeverEqual = -1;

    // The coarsest clock of a file system: a file changed again within it may keep its time.
    static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    readonly string? _path;
    readonly byte[] _key;
    readonly byte[] _records; // [N, 8 + 8 + 32]

    volatile bool _isChanged;

    SourceIndex(string? path, byte[] key, int count) =>
        (_path, _key, _records) = (path, key, new byte[count * RecordBytes]);

    /// <summary>
    /// What is known of these files; nothing where there is no index of them, it is damaged, or there is no cache.
    /// </summary>
    public static SourceIndex Open(IReadOnlyList<ImageFile> files, string? cacheFolder)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files.Select(file => file.Path))));
        var path = string.IsNullOrEmpty(cacheFolder)
            ? null
            : Path.Combine(cacheFolder, $"sources-{Convert.ToHexStringLower(key)[..32]}.index");
        var index = new SourceIndex(path, key, files.Count);
        index.Fill();
        return index;
    }

    /// <summary>The SHA-256 that a file had when its size and time were these; empty where it is not known.</summary>
    public ReadOnlySpan<byte> Find(int file, FileStamp stamp) =>
        stamp == StampOf(file) ? Record(file)[StampBytes..] : [];

    /// <summary>Keeps what was read of a file at a moment (UTC) before its bytes were read.</summary>
    public void Set(int file, FileStamp stamp, DateTime at, ReadOnlySpan<byte> hash)
    {
        var record = Record(file);
        var isSettled = stamp.Ticks < (at - ClockStep).Ticks;
        BinaryPrimitives.WriteInt64LittleEndian(record, isSettled ? stamp.Length : NeverEqual);
        BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], stamp.Ticks);
        hash.CopyTo(record[StampBytes..]);
        _isChanged = true;
    }

    /// <summary>Writes what has changed; where that cannot be done the next start reads the files again.</summary>
    public void Save()
    {
        if (_path is null || !_isChanged)
        {
            return;
        }

        try
        {
            byte[] bytes = [.. _records, .. Seal(_records)];
            CacheFile.Write(_path, bytes.Length, file => RandomAccess.Write(file, bytes, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    void Fill()
    {
        var bytes = Read();
        if (
            bytes.Length == _records.Length + HashBytes
            && bytes.AsSpan(_records.Length).SequenceEqual(Seal(bytes.AsSpan(0, _records.Length)))
        )
        {
            bytes.AsSpan(0, _records.Length).CopyTo(_records);
        }
    }

    // What cannot be read is not known.
    byte[] Read()
    {
        try
        {
            return File.Exists(_path) && new FileInfo(_path).Length == _records.Length + HashBytes
                ? File.ReadAllBytes(_path)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    byte[] Seal(ReadOnlySpan<byte> records) => SHA256.HashData([.. _key, .. records]);

    Span<byte> Record(int file) => _records.AsSpan(file * RecordBytes, RecordBytes);

    FileStamp StampOf(int file) =>
        new(
            BinaryPrimitives.ReadInt64LittleEndian(Record(file)),
            BinaryPrimitives.ReadInt64LittleEndian(Record(file)[sizeof(long)..])
        );
}

/// <summary>The size of a file in bytes, and the time of its last change in ticks (UTC).</summary>
readonly record struct FileStamp(long Length, long Ticks)
{
    /// <summary>That of a file, or of what a symbolic link leads to; null where there is no such file.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            var link = new FileInfo(path);
            var file = link.Attributes.HasFlag(FileAttributes.ReparsePoint)
                ? (FileInfo?)link.ResolveLinkTarget(returnFinalTarget: true) ?? link
                : link;
            return new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
