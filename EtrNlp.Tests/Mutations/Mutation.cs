using EtrNlp.Data.Randomness;

namespace EtrNlp.Tests.Mutations;

/// <summary>
/// Damage as copies, disks and editors do it: bits and bytes that changed, parts that are gone, doubled, zero or
/// foreign.
/// </summary>
static class Mutation
{
    /// <summary>
    /// The bytes with one to three pieces of damage; half of it within the first <paramref name="head"/> bytes.
    /// </summary>
    public static byte[] Of(byte[] bytes, RandomStream random, int head)
    {
        var damaged = bytes;
        for (var edits = 1 + random.NextInt(3); edits > 0; edits--)
        {
            damaged = Edit(damaged, random, head);
        }

        return damaged;
    }

    static byte[] Edit(byte[] bytes, RandomStream random, int head)
    {
        var at = random.NextInt(Math.Max(1, random.NextInt(2) == 0 ? Math.Min(head, bytes.Length) : bytes.Length));
        var length = Math.Min(1 + random.NextInt(16), bytes.Length - at);
        return random.NextInt(7) switch
        {
            0 => [.. bytes[..at], .. Foreign(length, random), .. bytes[(at + length)..]],
            1 => [.. bytes[..at], .. new byte[length], .. bytes[(at + length)..]],
            2 => [.. bytes[..at], .. bytes[(at + length)..]],
            3 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            4 => [.. bytes[..at], .. Foreign(1 + random.NextInt(4), random), .. bytes[at..]],
            5 when random.NextInt(4) == 0 => bytes[..at],
            _ => Flipped(bytes, at, random.NextInt(8)),
        };
    }

    static byte[] Foreign(int length, RandomStream random) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)random.NextInt(256))];

    static byte[] Flipped(byte[] bytes, int at, int bit)
    {
        byte[] flipped = [.. bytes];
        if (at < bytes.Length)
        {
            flipped[at] ^= (byte)(1 << bit);
        }

        return flipped;
    }
}
