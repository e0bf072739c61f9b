using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>
/// What image files were when their bytes were last read: size, time of the last change and SHA-256 of each, then the
/// SHA-256 of the paths and all this. A start reads only files whose size or time has changed. The index is in the
/// cache folder and may be deleted at any time.
/// </summary>
sealed class SourceIndex : IDisposable
{
    const int HashBytes = SHA256.HashSizeInBytes;
    const int StampBytes = 2 * sizeof(long);
    const int RecordBytes = StampBytes + HashBytes;
    const long NeverEqual = -1;

    // The coarsest clock of a file system: a file changed again within it may keep its time.
    static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    readonly string? _path;
    readonly byte[] _key;
    readonly SafeFileHandle? _file; // of a whole index

    SourceIndex(string? path, byte[] key, int count) => (_path, _key, _file) = (path, key, TryOpen(path, key, count));

    /// <summary>
    /// What is known of these files; nothing where there is no index of them, it is damaged, or there is no cache.
    /// </summary>
    public static SourceIndex Open(IReadOnlyList<ImageFile> files, string? cacheFolder)
    {
        var key = KeyOf(files);
        var path = string.IsNullOrEmpty(cacheFolder)
            ? null
            : Path.Combine(cacheFolder, $"sources-{Convert.ToHexStringLower(key)[..32]}.index");
        return new SourceIndex(path, key, files.Count);
    }

    /// <summary>Finds the SHA-256 that a file had when it was as it is now; false where it is not known.</summary>
    public bool TryFind(int file, FileState state, Span<byte> hash)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        if (
            _file is null
            || !_file.TryRead(record, (long)file * RecordBytes)
            || BinaryPrimitives.ReadInt64LittleEndian(record) != state.Length
            || BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]) != state.Ticks
        )
        {
            return false;
        }

        record[StampBytes..].CopyTo(hash);
        return true;
    }

    /// <summary>
    /// Keeps the hashes [N, 32] of files that were found before their bytes were read; where that cannot be done the
    /// next start reads the files again.
    /// </summary>
    public void Save(FoundFiles found, byte[] hashes)
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            CacheFile.Write(_path, file => Write(file, found, hashes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    void Write(SafeFileHandle file, FoundFiles found, byte[] hashes)
    {
        const int atOnce = 1024;
        using var seal = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        seal.AppendData(_key);
        var (records, offset) = (new byte[atOnce * RecordBytes], 0L);
        foreach (var some in Enumerable.Range(0, found.States.Length).Chunk(atOnce))
        {
            foreach (var (at, i) in some.Index())
            {
                var record = records.AsSpan(at * RecordBytes, RecordBytes);
                var (state, isSettled) = (found.States[i], found.States[i].Ticks < (found.At - ClockStep).Ticks);
                BinaryPrimitives.WriteInt64LittleEndian(record, isSettled ? state.Length : NeverEqual);
                BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], state.Ticks);
                hashes.AsSpan(i * HashBytes, HashBytes).CopyTo(record[StampBytes..]);
            }

            var written = records.AsSpan(0, some.Length * RecordBytes);
            seal.AppendData(written);
            RandomAccess.Write(file, written, offset);
            offset += written.Length;
        }

        RandomAccess.Write(file, seal.GetHashAndReset(), offset);
    }

    // What cannot be read is not known.
    static SafeFileHandle? TryOpen(string? path, byte[] key, int count)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.Exists(path) ? CacheFile.OpenRead(path) : null;
            var opened = file is not null && IsWhole(file, key, (long)count * RecordBytes) ? file : null;
            file = opened is null ? file : null;
            return opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    static bool IsWhole(SafeFileHandle file, byte[] key, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        var seal = new byte[HashBytes];
        return RandomAccess.GetLength(file) == length + HashBytes
            && file.TryHash(0, length, hash)
            && file.TryRead(seal, length)
            && seal.AsSpan().SequenceEqual(hash.GetHashAndReset());
    }

    // SHA-256 of the paths with a zero between them.
    static byte[] KeyOf(IReadOnlyList<ImageFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < files.Count; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(i == 0 ? files[i].Path : $"\0{files[i].Path}"));
        }

        return hash.GetHashAndReset();
    }
}
