using System.Buffers.Binary;
using System.Text;

namespace EtrNlp.Tests.Runs;

/// <summary>What disks, power cuts and other programs do to a checkpoint.</summary>
static class CheckpointDamage
{
    public static void Do(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        byte[]? changed = damage switch
        {
            "missing" => null,
            "text" => Encoding.ASCII.GetBytes("epoch,split,task\n1,train,ground\n"),
            "empty" => [],
            "half" => bytes[..(bytes.Length / 2)],
            "one byte short" => bytes[..^1],
            "one byte more" => [.. bytes, 0],
            "flipped bit" => [.. bytes[..^2], (byte)(bytes[^2] ^ 1), bytes[^1]],
            "a block of zeros" => WithZeros(bytes),
            "no format" => WithHeader(bytes, "\"format\"", "\"farmat\""),
            "format 2" => WithHeader(bytes, "\"format\":\"1\"", "\"format\":\"2\""),
            "no progress" => WithHeader(bytes, "\"progress\"", "\"digress_\""),
            _ => throw new ArgumentException(damage, nameof(damage)),
        };
        if (changed is not null)
        {
            File.WriteAllBytes(path, changed);
        }
    }

    // What a file system may leave of a file after a power cut.
    public static byte[] WithZeros(byte[] bytes)
    {
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return [.. bytes[..data], .. new byte[4096], .. bytes[(data + 4096)..]];
    }

    // Old and new text are of one length, so that nothing else of the file moves.
    public static byte[] WithHeader(byte[] bytes, string old, string with)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, length).Replace(old, with, StringComparison.Ordinal);
        return [.. bytes[..8], .. Encoding.UTF8.GetBytes(header), .. bytes[(8 + length)..]];
    }
}
