using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace EtrNlp.Data.Randomness;

/// <summary>
/// A stream of random numbers that is the same on every machine: xoshiro256** 1.0 (Blackman and Vigna, 2018), addressed
/// by a key.
/// </summary>
/// <remarks>Only integer operations and IEEE + - * / sqrt are used, which every processor rounds alike.</remarks>
public sealed class RandomStream
{
    const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    ulong _s0;
    ulong _s1;
    ulong _s2;
    ulong _s3;

    /// <summary>Continues a stream from a <see cref="State"/>, which must not be all zero.</summary>
    public RandomStream(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        if ((s0 | s1 | s2 | s3) == 0)
        {
            throw new ArgumentException(
                "The state of a random stream must not be all zero: it would yield zeros for ever.",
                nameof(s0)
            );
        }

        (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);
    }

    /// <summary>The 256 bits that determine everything still to come.</summary>
    public (ulong S0, ulong S1, ulong S2, ulong S3) State => (_s0, _s1, _s2, _s3);

    /// <summary>
    /// The stream that belongs to a key; its state is SHA-256 of the key, so streams of different keys are unrelated.
    /// </summary>
    public static RandomStream For(long seed, string purpose, string name = "", long epoch = 0)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encode(seed, purpose, name, epoch), hash);
        return new RandomStream(Word(hash, 0), Word(hash, 1), Word(hash, 2), Word(hash, 3));
    }

    /// <summary>
    /// The stream of one of many things that share this one, which does not move: SplitMix64 fills its state, as the
    /// authors of xoshiro advise (Steele, Lea and Flood, 2014).
    /// </summary>
    public RandomStream Of(long thing)
    {
        var state = _s0 ^ Mixed((ulong)thing);
        return new RandomStream(Next(ref state), Next(ref state), Next(ref state), Next(ref state));

        static ulong Next(ref ulong state) => Mixed(state += GoldenGamma);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A multiple of 2^-53, uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// Uniform between <paramref name="low"/> and <paramref name="high"/>; the upper end itself occurs only by
    /// rounding.
    /// </summary>
    public float Uniform(float low, float high) => (float)(low + ((double)high - low) * NextDouble());

    /// <summary>
    /// Between positive ends, the logarithm uniform: each bit of u multiplies by one more square root of their ratio.
    /// </summary>
    /// <remarks>exp and log would differ between systems in the last bit.</remarks>
    public double LogUniform(double low, double high)
    {
        var (bits, value, root) = (NextUInt64(), low, high / low);
        for (var bit = 63; bit > 10; bit--)
        {
            root = Math.Sqrt(root);
            value *= (bits >> bit & 1) == 1 ? root : 1;
        }

        return value;
    }

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>
    /// Uniform in 0 .. <paramref name="exclusiveMax"/> - 1, without bias (Lemire, 2019, Algorithm 5).
    /// </summary>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        var range = (ulong)exclusiveMax;
        var high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            for (var threshold = (0 - range) % range; low < threshold;)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }

        return (int)high;
    }

    /// <summary>
    /// Standard normal: Marsaglia's polar method, of whose two values the second is dropped so that the stream has no
    /// hidden state.
    /// </summary>
    public double NextGaussian()
    {
        while (true)
        {
            var x = 2 * NextDouble() - 1;
            var y = 2 * NextDouble() - 1;
            var square = x * x + y * y;
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * Log(square) / square);
            }
        }
    }

    /// <summary>Puts the items in random order, all orders being equally likely (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = NextInt(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>Fills with successive <see cref="Uniform"/> values.</summary>
    public void FillUniform(Span<float> values, float low, float high)
    {
        foreach (ref var value in values)
        {
            value = Uniform(low, high);
        }
    }

    /// <summary>Fills with successive <see cref="NextGaussian"/> values times <paramref name="std"/>.</summary>
    public void FillGaussian(Span<float> values, double std)
    {
        foreach (ref var value in values)
        {
            value = (float)(NextGaussian() * std);
        }
    }

    // Different numbers have different results.
    static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // Lengths stand before the texts, so that ("a", "bc") and ("ab", "c") are different bytes.
    static byte[] Encode(long seed, string purpose, string name, long epoch)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(seed);
        writer.Write(Encoding.UTF8.GetByteCount(purpose));
        writer.Write(purpose.AsSpan());
        writer.Write(Encoding.UTF8.GetByteCount(name));
        writer.Write(name.AsSpan());
        writer.Write(epoch);
        writer.Flush();
        return bytes.ToArray();
    }

    static ulong Word(ReadOnlySpan<byte> hash, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(hash[(8 * index)..]);

    // The platform's logarithm differs between systems in the last bit; this one does not. x = m 2^e with m in
    // [sqrt(1/2), sqrt(2)], ln m = 2 artanh s, s = (m - 1) / (m + 1), s^2 < 0.0295: ten terms reach 1e-17.
    static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var sum = 0.0;
        for (var k = 10; k >= 0; k--)
        {
            sum = sum * s * s + 1.0 / (2 * k + 1);
        }

        return 2 * s * sum + exponent * 0.6931471805599453;
    }
}
