using System.Buffers.Binary;
using System.Numerics;
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
    const byte None = byte.MaxValue;

    static readonly Vector128<byte> _firstPixel = Vector128.Create<byte>(
        [0, None, None, None, 1, None, None, None, 2, None, None, None, None, None, None, None]
    );
    static readonly Vector128<byte> _secondPixel = Vector128.Create<byte>(
        [3, None, None, None, 4, None, None, None, 5, None, None, None, None, None, None, None]
    );

    /// <summary>Scales [H, W, 3] and computes only the wanted part of the result.</summary>
    public static RgbImage Resize(RgbImage image, ScaledPart part)
    {
        var columns = Filter.Of(image.Size.Width, part.Scaled.Width, part.Left, part.Size.Width);
        var rows = Filter.Of(image.Size.Height, part.Scaled.Height, part.Top, part.Size.Height);
        var (firstRow, endRow) = rows.Reads;
        var widened = new byte[(endRow - firstRow) * columns.Count * 3]; // [rows read, W', 3]
        var padded = new byte[image.Size.Width * 3 + sizeof(ulong)];
        for (var y = firstRow; y < endRow; y++)
        {
            image.Pixels.Span.Slice(y * image.Size.Width * 3, image.Size.Width * 3).CopyTo(padded);
            AlongRow(padded, columns, widened.AsSpan((y - firstRow) * columns.Count * 3, columns.Count * 3));
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

    // Two pixels at once, whose bytes are spread over four lanes each; the row is padded, for the last one's neighbour.
    static void AlongRow(ReadOnlySpan<byte> row, Filter columns, Span<byte> result)
    {
        for (int x = 0, to = 0; x < columns.Count; x++, to += 3)
        {
            var (sum, from) = (Vector128.Create(Half), columns.Starts[x] * 3);
            var weights = columns.WeightsOf(x);
            for (var tap = 0; tap < weights.Length; tap += 2, from += 6)
            {
                var pixels = Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(row[from..])).AsByte();
                sum += Vector128.Shuffle(pixels, _firstPixel).AsInt32() * weights[tap];
                if (tap + 1 < weights.Length)
                {
                    sum += Vector128.Shuffle(pixels, _secondPixel).AsInt32() * weights[tap + 1];
                }
            }

            result[to] = ToByte(sum[0]);
            result[to + 1] = ToByte(sum[1]);
            result[to + 2] = ToByte(sum[2]);
        }
    }

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

            result[i] = ToByte(sum);
        }
    }

    static Vector<ushort> ToUInt16(Vector<uint> low, Vector<uint> high)
    {
        var most = new Vector<uint>(byte.MaxValue);
        return Vector.Narrow(Vector.Min(low >>> FractionBits, most), Vector.Min(high >>> FractionBits, most));
    }

    // The rounded weights of very many taps can add up to a little more than 1.
    static byte ToByte(int sum) => (byte)Math.Min(sum >> FractionBits, 255);

    /// <summary>
    /// The weights along one axis: output i is the sum of inputs from <c>Starts[i]</c> on, in units of 2^-22.
    /// </summary>
    sealed record Filter(int[] Starts, int[][] Weights)
    {
        public int Count => Starts.Length;

        public (int First, int End) Reads => (Starts[0], Starts[^1] + Weights[^1].Length);

        public ReadOnlySpan<int> WeightsOf(int i) => Weights[i];

        public static Filter Of(int from, int to, int first, int count)
        {
            var filter = new Filter(new int[count], new int[count][]);
            var scale = (double)from / to;
            var support = Math.Max(scale, 1);
            for (var i = 0; i < count; i++)
            {
                var centre = (first + i + 0.5) * scale;
                var start = Math.Max((int)(centre - support + 0.5), 0);
                var end = Math.Min((int)(centre + support + 0.5), from);
                filter.Starts[i] = start;
                filter.Weights[i] = Normalize(Triangle(centre, support, start, end));
            }

            return filter;
        }

        static double[] Triangle(double centre, double support, int start, int end)
        {
            var weights = new double[end - start];
            for (var i = 0; i < weights.Length; i++)
            {
                // Pillow multiplies by the reciprocal; dividing rounds differently in the last bit.
                weights[i] = Math.Max(1 - Math.Abs((i + start - centre + 0.5) * (1 / support)), 0);
            }

            return weights;
        }

        static int[] Normalize(double[] weights)
        {
            var sum = 0.0;
            foreach (var weight in weights)
            {
                sum += weight;
            }

            return Array.ConvertAll(weights, weight => (int)(0.5 + weight / sum * (1 << FractionBits)));
        }
    }
}
