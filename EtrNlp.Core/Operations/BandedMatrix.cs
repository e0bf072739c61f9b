using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// A fixed matrix [O, I] at work on [N, I, M]. What pools along a long axis is zero but for a band: there it goes in
/// blocks of rows, each with only the columns that it reads.
/// </summary>
sealed class BandedMatrix
{
    const int ShortAxis = 64;
    const int RowsOfBlock = 16;
    // up to so many a product for each, straight into its part of the result, is faster than a batched product and a
    // copy
    const int FewItems = 16;

    readonly Block[] _blocks;

    public BandedMatrix(float[,] entries, TensorStore tensors)
    {
        (Rows, Columns) = (entries.GetLength(0), entries.GetLength(1));
        var whole = Columns <= ShortAxis || Rows <= RowsOfBlock || tensors.Device.type != DeviceType.CPU;
        var height = whole ? Rows : RowsOfBlock;
        using var all = tensor(entries, device: tensors.Device);
        _blocks =
        [
            .. from first in Enumerable.Range(0, (Rows + height - 1) / height).Select(block => block * height)
            let rows = Math.Min(height, Rows - first)
            let read = whole ? (First: 0, Count: Columns) : Read(entries, first, rows)
            select new Block(
                tensors.Own(all.narrow(0, first, rows).narrow(1, read.First, read.Count).clone()),
                first,
                read.First
            ),
        ];
    }

    /// <summary>O.</summary>
    public int Rows { get; }

    /// <summary>I.</summary>
    public int Columns { get; }

    /// <summary>[N, I, M] to [N, O, M].</summary>
    public Tensor Apply(Tensor x)
    {
        if (_blocks.Length == 1)
        {
            return matmul(_blocks[0].Entries.In(x.dtype), x);
        }

        var y = empty([x.shape[0], Rows, x.shape[2]], x.dtype, x.device);
        foreach (var block in _blocks)
        {
            using var scope = NewDisposeScope();
            block.Apply(x, y);
        }

        return y;
    }

    // The first of the columns that some of these rows read, and how many there are up to the last.
    static (int First, int Count) Read(float[,] entries, int first, int rows)
    {
        var read = Enumerable
            .Range(0, entries.GetLength(1))
            .Where(column => Enumerable.Range(first, rows).Any(row => entries[row, column] != 0))
            .ToArray();
        return read.Length == 0 ? (0, 1) : (read[0], read[^1] - read[0] + 1);
    }

    sealed record Block(Tensor Entries, int To, int From)
    {
        public void Apply(Tensor x, Tensor y)
        {
            var (entries, read, part) = (
                Entries.In(x.dtype),
                x.narrow(1, From, Entries.shape[1]),
                y.narrow(1, To, Entries.shape[0])
            );
            if (x.shape[0] > FewItems)
            {
                part.copy_(matmul(entries, read));
                return;
            }

            for (var item = 0; item < x.shape[0]; item++)
            {
                part.select(0, item).addmm_(entries, read.select(0, item), beta: 0, alpha: 1);
            }
        }
    }
}
