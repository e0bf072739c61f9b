using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>
/// Antialiased bilinear scaling, byte for byte that of Pillow (and so of torchvision's <c>Resize</c> on a Pillow
/// image): a triangle filter whose support grows with the scale factor, first along rows, then along columns, each
/// rounded to 8 bits.
/// </summary>
public static class TriangleResize
{
    const int FractionBits = 22;
    const int Half = 1 << (FractionBits - 1);

    /// <summary>Scales [H, W, 3] and computes only the wanted part of the result.</summary>
    public static RgbImage Resize(RgbImage image, ScaledPart part)
    {
        var columns = Filter.Of(image.Size.Width, part.Scaled.Width, part.Left, part.Size.Width);
        var rows = Filter.Of(image.Size.Height, part.Scaled.Height, part.Top, part.Size.Height);
        var (firstRow, endRow) = rows.Reads;
        // [rows read, W', 3], and a byte behind the last pixel, which is written as four.
        var widened = GC.AllocateUninitializedArray<byte>((endRow - firstRow) * columns.Count * 3 + 1);
        var padded = new byte[image.Size.Width * 3 + sizeof(ulong)];
        for (var y = firstRow; y < endRow; y++)
        {
            image.Pixels.Span.Slice(y * image.Size.Width * 3, image.Size.Width * 3).CopyTo(padded);
            AlongRow(padded, columns, widened.AsSpan((y - firstRow) * columns.Count * 3));
        }

        var (result, width) = (new byte[rows.Count * columns.Count * 3], columns.Count * 3); // [H', W', 3]
        for (var y = 0; y < rows.Count; y++)
        {
            DownColumns(
                widened.AsSpan((rows.Starts[y] - firstRow) * width),
                rows.WeightsOf(y),
                result.AsSpan(y * width, width)
            );
        }

        return new RgbImage(result, part.Size);
    }

    // Two pixels at once, whose bytes are spread over four lanes each. The fourth one is of no use.
    // Most images are scaled before the runtime would have compiled it for speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AlongRow(ReadOnlySpan<byte> row, Filter columns, Span<byte> result)
    {
        const byte no = byte.MaxValue;
        var first = Vector128.Create(0, no, no, no, 1, no, no, no, 2, no, no, no, 3, no, no, no);
        var second = Vector128.Create(3, no, no, no, 4, no, no, no, 5, no, no, no, 6, no, no, no);
        var bytes = Vector128.Create((byte)0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
        for (var x = 0; x < columns.Count; x++)
        {
            var (sum, from) = (Vector256.Create(Vector128.Create(Half), default), columns.Starts[x] * 3);
            foreach (var weights in columns.PairsOf(x))
            {
                var pixels = Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(row[from..])).AsByte();
                var (one, other) = (Vector128.Shuffle(pixels, first), Vector128.Shuffle(pixels, second));
                sum += Vector256.Create(one, other).AsInt32() * weights;
                from += 6;
            }

            // The rounded weights of very many taps can add up to a little more than 1.
            var value = Vector128.Min((sum.GetLower() + sum.GetUpper()) >> FractionBits, Vector128.Create(255));
            var pixel = Vector128.Shuffle(value.AsByte(), bytes).AsUInt32().ToScalar();
            BinaryPrimitives.WriteUInt32LittleEndian(result[(x * 3)..], pixel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void DownColumns(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= result.Length; i += Vector<byte>.Count)
        {
            var (a, b) = (new Vector<uint>(Half), new Vector<uint>(Half));
            var (c, d) = (a, b);
            for (var row = 0; row < weights.Length; row++)
            {
                var weight = new Vector<uint>((uint)weights[row]);
                Vector.Widen(new Vector<byte>(rows[(row * result.Length + i)..]), out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                (a, b, c, d) = (a + first * weight, b + second * weight, c + third * weight, d + fourth * weight);
            }

            Vector.Narrow(ToUInt16(a, b), ToUInt16(c, d)).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            var sum = Half;
            for (var row = 0; row < weights.Length; row++)
            {
                sum += rows[row * result.Length + i] * weights[row];
            }

            result[i] = (byte)Math.Min(sum >> FractionBits, 255);
        }
    }

    static Vector<ushort> ToUInt16(Vector<uint> low, Vector<uint> high)
    {
        var most = new Vector<uint>(byte.MaxValue);
        return Vector.Narrow(Vector.Min(low >>> FractionBits, most), Vector.Min(high >>> FractionBits, most));
    }

    /// <summary>
    /// The weights along one axis: output i is the sum of inputs from <c>Starts[i]</c> on, in units of 2^-22.
    /// </summary>
    sealed class Filter
    {
        readonly int[] _taps; // of each output
        readonly int[] _weights; // [outputs, taps]
        readonly Vector256<int>[] _pairs; // [outputs, pairs of taps], each weight four times

        Filter(int count, int taps)
        {
            (Count, Taps, Starts, _taps) = (count, taps, new int[count], new int[count]);
            (_weights, _pairs) = (new int[count * taps], new Vector256<int>[count * taps / 2]);
        }

        public int Count { get; }

        /// <summary>The most of an output, or one more.</summary>
        public int Taps { get; }

        public int[] Starts { get; }

        public (int First, int End) Reads => (Starts[0], Starts[^1] + _taps[^1]);

        public ReadOnlySpan<int> WeightsOf(int i) => _weights.AsSpan(i * Taps, _taps[i]);

        public ReadOnlySpan<Vector256<int>> PairsOf(int i) => _pairs.AsSpan(i * Taps / 2, (_taps[i] + 1) / 2);

        public static Filter Of(int from, int to, int first, int count)
        {
            var scale = (double)from / to;
            var support = Math.Max(scale, 1);
            var filter = new Filter(count, 2 * ((int)Math.Ceiling(support) + 1));
            var triangle = new double[filter.Taps];
            for (var i = 0; i < count; i++)
            {
                var centre = (first + i + 0.5) * scale;
                var start = Math.Max((int)(centre - support + 0.5), 0);
                var end = Math.Min((int)(centre + support + 0.5), from);
                (filter.Starts[i], filter._taps[i]) = (start, end - start);
                filter.Put(i, Triangle(centre, support, start, triangle.AsSpan(0, end - start)));
            }

            return filter;
        }

        static Span<double> Triangle(double centre, double support, int start, Span<double> weights)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                // Pillow multiplies by the reciprocal; dividing rounds differently in the last bit.
                weights[i] = Math.Max(1 - Math.Abs((i + start - centre + 0.5) * (1 / support)), 0);
            }

            return weights;
        }

        void Put(int output, ReadOnlySpan<double> weights)
        {
            var sum = 0.0;
            foreach (var weight in weights)
            {
                sum += weight;
            }

            var rounded = _weights.AsSpan(output * Taps, Taps);
            for (var i = 0; i < weights.Length; i++)
            {
                rounded[i] = (int)(0.5 + weights[i] / sum * (1 << FractionBits));
            }

            for (var i = 0; i < Taps / 2; i++)
            {
                var (one, other) = (Vector128.Create(rounded[2 * i]), Vector128.Create(rounded[2 * i + 1]));
                _pairs[output * Taps / 2 + i] = Vector256.Create(one, other);
            }
        }
    }
}
