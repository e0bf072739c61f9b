using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Data.Images;

/// <summary>
/// The files that images are parts of, each once. A part's hash is that of its files and of which part it is, so that
/// a file is hashed once, however many images it holds.
/// </summary>
sealed class Containers
{
    const int HashBytes = SHA256.HashSizeInBytes;

    readonly IReadOnlyList<ImageFile> _parts;
    readonly Dictionary<string, int> _positions = [];
    readonly List<ImageFile> _files = [];
    readonly FileState[] _states;

    Containers(IReadOnlyList<ImageFile> parts)
    {
        _parts = parts;
        foreach (var path in parts.SelectMany(PathsOf))
        {
            if (_positions.TryAdd(path, _files.Count))
            {
                _files.Add(new ImageFile(Path.GetFileName(path), path));
            }
        }

        _states = [.. _files.Select(file => FileState.Of(file.Path))];
    }

    /// <summary>The files of images that are parts; null where every image is a file of its own.</summary>
    public static Containers? Of(IReadOnlyList<ImageFile> images) =>
        images.Count > 0 && images[0].Part is not null ? new Containers(images) : null;

    /// <summary>Each file once.</summary>
    public IReadOnlyList<ImageFile> Files => _files;

    /// <summary>True where all files of others are among them.</summary>
    public bool Hold(Containers others) => others._files.All(file => _positions.ContainsKey(file.Path));

    /// <summary>Hashes one of the files, which may be larger than memory.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public byte[] HashFile(int file)
    {
        try
        {
            using var stream = RegularFile.OpenRead(_files[file].Path, long.MaxValue);
            return SHA256.HashData(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{_files[file].Name} cannot be read ({e.Message})");
        }
    }

    /// <summary>The hash of each part [N, 32], given those of <see cref="Files"/>.</summary>
    public byte[] HashParts(ReadOnlySpan<byte> files)
    {
        var hashes = new byte[_parts.Count * HashBytes];
        for (var i = 0; i < _parts.Count; i++)
        {
            var bytes = new List<byte>();
            foreach (var path in PathsOf(_parts[i]))
            {
                bytes.AddRange(files.Slice(_positions[path] * HashBytes, HashBytes));
            }

            bytes.AddRange(Encoding.UTF8.GetBytes(_parts[i].Part!.Text));
            SHA256.HashData(CollectionsMarshal.AsSpan(bytes), hashes.AsSpan(i * HashBytes, HashBytes));
        }

        return hashes;
    }

    /// <summary>Drops what parts keep to be read; none is needed for a while.</summary>
    public void Release()
    {
        foreach (var file in _parts)
        {
            file.Part?.Release?.Invoke();
        }
    }

    /// <summary>True where a part's files are what they were when this was made, by size and time.</summary>
    public bool IsUnchanged(int part) =>
        PathsOf(_parts[part]).All(path => FileState.Of(path) == _states[_positions[path]]);

    static IEnumerable<string> PathsOf(ImageFile part) =>
        part.Part?.Beside is { } beside ? [part.Path, beside.Path] : [part.Path];
}
