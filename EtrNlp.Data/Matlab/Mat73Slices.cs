using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace EtrNlp.Data.Matlab;

/// <summary>
/// An array of many slices along its first dimension, read from any thread. Chunks of HDF5 may reach over many slices,
/// so slices are read in blocks, of which the last two are kept.
/// </summary>
public sealed class Mat73Slices<T>
    where T : unmanaged
{
    const int SlicesOfBlock = 48;
    const int KeptBlocks = 2; // threads that take slices in order are in one block and the next
    const int ChunkSlots = 1 << 14;
    const ulong ChunkBytes = 64 << 20; // else chunks of several slices are inflated again for each

    readonly Mat73File _file;
    readonly string _variable;
    readonly List<Block> _blocks = [];
    readonly HashSet<int> _unreadable = []; // first slices of blocks
    readonly Lock _lock = new();

    internal Mat73Slices(Mat73File file, string variable, ImmutableArray<int> shape) =>
        (_file, _variable, Count, SliceShape) = (file, variable, shape[0], shape[1..]);

    /// <summary>How many slices there are.</summary>
    public int Count { get; }

    /// <summary>The lengths of a slice.</summary>
    public ImmutableArray<int> SliceShape { get; }

    int SliceLength => SliceShape.Aggregate(1, (product, side) => checked(product * side));

    /// <summary>The bytes of the numbers of a slice, low byte first.</summary>
    /// <param name="slice">Which one, from 0 on.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="DataException">They cannot be read.</exception>
    public byte[] Read(int slice, string name)
    {
        lock (_lock)
        {
            var block = _blocks.Find(block => block.Holds(slice)) ?? Load(slice, name);
            var numbers = block.Numbers.AsSpan((slice - block.First) * SliceLength, SliceLength);
            return MemoryMarshal.AsBytes(numbers).ToArray();
        }
    }

    /// <summary>Drops the blocks that are kept, for when no more slices are taken for a while.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _blocks.Clear();
        }
    }

    // Of a block that cannot be read, each slice alone tells whether it can.
    Block Load(int slice, string name)
    {
        var first = slice / SlicesOfBlock * SlicesOfBlock;
        if (_unreadable.Contains(first))
        {
            return Load(slice, 1, name);
        }

        try
        {
            var block = Load(first, Math.Min(SlicesOfBlock, Count - first), name);
            if (_blocks.Count == KeptBlocks)
            {
                _blocks.RemoveAt(0);
            }

            _blocks.Add(block);
            return block;
        }
        catch (DataException)
        {
            _unreadable.Add(first);
            return Load(slice, 1, name);
        }
    }

    Block Load(int first, int count, string name)
    {
        var numbers = new T[checked(count * SliceLength)];
        return _file.Read(
            opened =>
            {
                ulong[] starts = [(ulong)first, .. SliceShape.Select(_ => 0UL)];
                ulong[] lengths = [(ulong)count, .. SliceShape.Select(side => (ulong)side)];
                _file
                    .Dataset(opened, _variable)
                    .Read(
                        new H5DatasetAccess(ChunkCache: new SimpleReadingChunkCache(ChunkSlots, ChunkBytes)),
                        numbers.AsSpan(),
                        new HyperslabSelection(lengths.Length, starts, lengths)
                    );
                return new Block(first, count, numbers);
            },
            name
        );
    }

    sealed record Block(int First, int Count, T[] Numbers)
    {
        public bool Holds(int slice) => slice >= First && slice < First + Count;
    }
}
