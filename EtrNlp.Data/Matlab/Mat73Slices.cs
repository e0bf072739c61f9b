using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace EtrNlp.Data.Matlab;

/// <summary>
/// An array of many slices along its first dimension, read from any thread. Chunks of HDF5 may reach over many slices,
/// so slices are read in blocks; the last two blocks are kept until each of their slices was taken once.
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
    readonly Lock _lock = new();

    internal Mat73Slices(Mat73File file, string variable, ImmutableArray<int> shape) =>
        (_file, _variable, Count, SliceShape) = (file, variable, shape[0], shape[1..]);

    /// <summary>How many slices there are.</summary>
    public int Count { get; }

    /// <summary>The lengths of a slice.</summary>
    public ImmutableArray<int> SliceShape { get; }

    int SliceLength => SliceShape.Aggregate(1, (product, side) => checked(product * side));

    /// <summary>The bytes of the numbers of a slice, low byte first.</summary>
    /// <exception cref="DataException">They are damaged.</exception>
    public byte[] Read(int slice)
    {
        lock (_lock)
        {
            var block = _blocks.Find(block => block.Holds(slice)) ?? Load(slice);
            if (block.Taken.Add(slice) && block.Taken.Count == block.Count)
            {
                _blocks.Remove(block);
            }

            var numbers = block.Numbers.AsSpan((slice - block.First) * SliceLength, SliceLength);
            return MemoryMarshal.AsBytes(numbers).ToArray();
        }
    }

    Block Load(int slice)
    {
        var first = slice / SlicesOfBlock * SlicesOfBlock;
        var count = Math.Min(SlicesOfBlock, Count - first);
        var numbers = new T[checked(count * SliceLength)];
        _file.Read(opened =>
        {
            ulong[] starts = [(ulong)first, .. SliceShape.Select(_ => 0UL)];
            ulong[] lengths = [(ulong)count, .. SliceShape.Select(side => (ulong)side)];
            _file.Dataset(opened, _variable)
                .Read(
                    new H5DatasetAccess(ChunkCache: new SimpleReadingChunkCache(ChunkSlots, ChunkBytes)),
                    numbers.AsSpan(),
                    new HyperslabSelection(lengths.Length, starts, lengths)
                );
            return true;
        });
        if (_blocks.Count == KeptBlocks)
        {
            _blocks.RemoveAt(0);
        }

        _blocks.Add(new Block(first, count, numbers));
        return _blocks[^1];
    }

    sealed record Block(int First, int Count, T[] Numbers)
    {
        public HashSet<int> Taken { get; } = [];

        public bool Holds(int slice) => slice >= First && slice < First + Count;
    }
}
