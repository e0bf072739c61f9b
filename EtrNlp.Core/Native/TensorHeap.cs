namespace EtrNlp.Core.Native;

/// <summary>
/// Divides a range of addresses into blocks: the smallest free one that is large enough, the lowest of several, and free neighbours become one.
/// Training asks for the same few sizes over and over, so a freed block is soon used again. Only addresses are handled here, the memory is not
/// touched. Any thread may call.
/// </summary>
sealed class TensorHeap
{
    /// <summary>Every block begins and ends at a multiple of this, in bytes, the largest that a processor's instructions ask for.</summary>
    internal const int Alignment = 64;

    readonly Lock _door = new();
    readonly Dictionary<long, Block> _used = [];
    readonly SortedSet<Block> _free = new(Comparer<Block>.Create((left, right) => (left.Size, left.Start).CompareTo((right.Size, right.Start))));
    readonly Block _wanted = new(), _largest = new() { Size = long.MaxValue }; // compared with, never handed out
    readonly long _smallest;

    /// <summary>A heap over a range that begins at a multiple of <see cref="Alignment"/>.</summary>
    /// <param name="start">Its first address.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="smallest">What would be left of a block, in bytes, is not worth a block of its own below this.</param>
    internal TensorHeap(long start, long length, long smallest)
    {
        (Start, End, _smallest) = (start, start + length, smallest);
        _free.Add(new Block { Start = start, Size = length });
    }

    internal long Start { get; }

    internal long End { get; }

    /// <summary>Shows the free ranges, first address and length in bytes, from the shortest on; none is given out meanwhile.</summary>
    internal void VisitFree(Action<long, long> visit)
    {
        lock (_door)
        {
            foreach (var block in _free)
            {
                visit(block.Start, block.Size);
            }
        }
    }

    /// <summary>The address of so many bytes, at least 1; 0 where no free block is large enough.</summary>
    internal long Take(long bytes)
    {
        var size = (bytes + Alignment - 1) / Alignment * Alignment;
        lock (_door)
        {
            (_wanted.Size, _wanted.Start) = (size, 0);
            if (_free.GetViewBetween(_wanted, _largest).Min is not { } block)
            {
                return 0;
            }

            _free.Remove(block);
            if (block.Size - size >= _smallest)
            {
                _free.Add(block.CutAt(size));
            }

            _used.Add(block.Start, block);
            return block.Start;
        }
    }

    /// <summary>Frees what <see cref="Take"/> gave; false for an address that is not from here.</summary>
    internal bool Return(long address)
    {
        if (address < Start || address >= End)
        {
            return false;
        }

        lock (_door)
        {
            if (!_used.Remove(address, out var block))
            {
                throw new InvalidOperationException($"{address:x} was freed twice, or never given out.");
            }

            if (block.Previous is { } previous && _free.Remove(previous))
            {
                previous.Append(block);
                block = previous;
            }

            if (block.Next is { } next && _free.Remove(next))
            {
                block.Append(next);
            }

            _free.Add(block);
            return true;
        }
    }

    sealed class Block
    {
        internal long Start;
        internal long Size;
        internal Block? Previous;
        internal Block? Next;

        // The block keeps so many bytes; what follows is the new one.
        internal Block CutAt(long size)
        {
            var rest = new Block { Start = Start + size, Size = Size - size, Previous = this, Next = Next };
            if (Next is not null)
            {
                Next.Previous = rest;
            }

            (Size, Next) = (size, rest);
            return rest;
        }

        // Takes the neighbour behind it in.
        internal void Append(Block next)
        {
            (Size, Next) = (Size + next.Size, next.Next);
            if (Next is not null)
            {
                Next.Previous = this;
            }
        }
    }
}
