using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace EtrNlp.Data.Images;

/// <summary>
/// Files by their paths below a folder. A list of hundreds of thousands is kept as one text of their names, and a file
/// is made of it when it is asked for.
/// </summary>
/// <param name="folder">The full path of the folder.</param>
public sealed class FileList(string folder) : IReadOnlyList<ImageFile>
{
    readonly List<byte> _names = []; // UTF-8, one behind the other
    readonly List<int> _ends = []; // [N]

    /// <inheritdoc/>
    public int Count => _ends.Count;

    /// <inheritdoc/>
    public ImageFile this[int index]
    {
        get
        {
            var name = NameOf(index);
            return new ImageFile(name, Path.GetFullPath(name, folder));
        }
    }

    /// <summary>What they were when they were last looked at; see <see cref="FoundFiles"/>.</summary>
    internal FoundFiles? Found { get; set; }

    /// <summary>The name of a file: its path below the folder, with '/' between folders.</summary>
    public string NameOf(int index) => Encoding.UTF8.GetString(Name(index));

    /// <summary>Adds a file.</summary>
    public void Add(string name)
    {
        var start = _names.Count;
        CollectionsMarshal.SetCount(_names, start + Encoding.UTF8.GetByteCount(name));
        Encoding.UTF8.GetBytes(name, CollectionsMarshal.AsSpan(_names)[start..]);
        _ends.Add(_names.Count);
    }

    /// <summary>Gives back the room that was kept for more files.</summary>
    public void Trim()
    {
        _names.TrimExcess();
        _ends.TrimExcess();
    }

    /// <summary>Some of the files, in the given order.</summary>
    public FileList Only(IReadOnlyList<int> files)
    {
        var only = new FileList(folder) { Found = Found?.Only(files) };
        foreach (var file in files)
        {
            only.Add(NameOf(file));
        }

        only.Trim();
        return only;
    }

    /// <summary>Each file whose name was there before, and the first of that name.</summary>
    public IEnumerable<(int Again, int First)> Repeated()
    {
        var seen = new HashSet<int>(Count, new ByName(this));
        for (var i = 0; i < Count; i++)
        {
            if (!seen.Add(i) && seen.TryGetValue(i, out var first))
            {
                yield return (i, first);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<ImageFile> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    ReadOnlySpan<byte> Name(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return CollectionsMarshal.AsSpan(_names)[start.._ends[index]];
    }

    sealed class ByName(FileList files) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => files.Name(x).SequenceEqual(files.Name(y));

        public int GetHashCode(int file)
        {
            var hash = new HashCode();
            hash.AddBytes(files.Name(file));
            return hash.ToHashCode();
        }
    }
}
