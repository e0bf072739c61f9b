using System.Security.Cryptography;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>
/// A pack that is being made, under a name of its own, held by one process alone. Each image's pixels are written
/// before their hash, so that a hash that fits says that the image is done: a process that was killed is gone on from
/// without a journal. What is only partly written fits no hash.
/// </summary>
sealed class PackPart : IDisposable
{
    // Windows lets nobody rename a file that denies it; elsewhere that is always allowed, and None keeps others out.
    static readonly FileShare _alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    readonly SafeFileHandle _file;
    readonly PackLayout _layout;
    readonly string _pack;

    PackPart(SafeFileHandle file, PackLayout layout, string pack) => (_file, _layout, _pack) = (file, layout, pack);

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes => _layout.ImageBytes;

    /// <summary>
    /// Takes the part of a pack, which is made where there is none; waits while another process has it, and says so.
    /// </summary>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static PackPart Hold(string pack, PackLayout layout, Action<string> say, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(pack)!);
        for (var isSaid = false; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = TryHold(PathOf(pack), layout.Length);
            if (file is not null && File.Exists(PathOf(pack)))
            {
                return new PackPart(file, layout, pack);
            }

            // Its last holder may have renamed or removed it since it was opened.
            file?.Dispose();
            if (file is null && !isSaid)
            {
                say($"another process is writing the pack {pack}; waiting until it is finished");
                isSaid = true;
            }

            cancellation.WaitHandle.WaitOne(CacheFile.Pause);
        }
    }

    /// <summary>Makes sure that it is of this pack, and begins it anew where it is of none.</summary>
    public void Begin()
    {
        var (head, found) = (_layout.Head, new byte[_layout.Head.Length]);
        if (
            !_file.TryRead(found, 0)
            || !found.AsSpan().SequenceEqual(head)
            || RandomAccess.GetLength(_file) > _layout.Length
        )
        {
            Empty();
            RandomAccess.Write(_file, head, 0);
        }
    }

    /// <summary>True where an image is there as it was written; the buffer has room for its pixels.</summary>
    public bool IsDone(int index, Span<byte> pixels)
    {
        Span<byte> kept = stackalloc byte[PackLayout.HashBytes];
        Span<byte> hash = stackalloc byte[PackLayout.HashBytes];
        if (
            !_file.TryRead(kept, _layout.HashOf(index))
            || !kept.ContainsAnyExcept((byte)0)
            || !_file.TryRead(pixels, _layout.PixelsOf(index))
        )
        {
            return false;
        }

        SHA256.HashData(pixels, hash);
        return hash.SequenceEqual(kept);
    }

    /// <summary>Writes an image.</summary>
    public void Put(int index, ReadOnlySpan<byte> pixels)
    {
        Span<byte> hash = stackalloc byte[PackLayout.HashBytes];
        SHA256.HashData(pixels, hash);
        RandomAccess.Write(_file, pixels, _layout.PixelsOf(index));
        RandomAccess.Write(_file, hash, _layout.HashOf(index));
    }

    /// <summary>Makes it the pack; every image is there.</summary>
    public void Finish()
    {
        var (seal, _) = _layout.Hash(_file) ?? throw new IOException("images are missing at its end");
        RandomAccess.Write(_file, seal, _layout.Seal);
        RandomAccess.FlushToDisk(_file);
        File.Move(PathOf(_pack), _pack, overwrite: true);
    }

    /// <summary>Removes it.</summary>
    public void Remove() => File.Delete(PathOf(_pack));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A new part is empty already, and to cut it would give back the room that it has taken.
    void Empty()
    {
        if (RandomAccess.GetLength(_file) > 0)
        {
            RandomAccess.SetLength(_file, 0);
        }
    }

    static string PathOf(string pack) => $"{pack}.part";

    // Null where another process has it. A new one takes its room on the disk at once, so that a full disk shows now.
    static SafeFileHandle? TryHold(string path, long length)
    {
        try
        {
            if (RegularFile.Obstacle(path) is not (null or RegularFile.Missing) and var obstacle)
            {
                throw new IOException($"{path} is {obstacle}");
            }

            return File.Exists(path)
                ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, _alone)
                : File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, _alone, FileOptions.None, length);
        }
        catch (IOException e) when (e is FileNotFoundException || CacheFile.IsTaken(e))
        {
            return null;
        }
    }
}
