using System.Buffers.Binary;
using System.Collections;
using System.IO.Compression;
using System.Text;

namespace EtrNlp.Data.Matlab;

/// <summary>The data elements that stand one behind the other in some bytes.</summary>
sealed class Mat5Elements(ReadOnlyMemory<byte> bytes, bool isBig) : IEnumerable<Mat5Element>
{
    const int TagBytes = 8;
    const int Boundary = 8;
    const int SmallestTag = 4;

    /// <summary>Reads the tags as they are asked for.</summary>
    /// <exception cref="InvalidDataException">An element is longer than the bytes.</exception>
    public IEnumerator<Mat5Element> GetEnumerator()
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            var (element, length) = First(rest);
            yield return element;
            rest = rest[Math.Min(length, rest.Length)..];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    (Mat5Element Element, int Length) First(ReadOnlyMemory<byte> rest)
    {
        Require(rest.Length >= TagBytes);
        var tag = Mat5Element.UInt32(rest.Span, isBig);
        if (tag >> 16 is > 0 and var small)
        {
            Require(small <= SmallestTag);
            return (new((Mat5Type)(tag & 0xFFFF), rest.Slice(SmallestTag, (int)small), isBig), TagBytes);
        }

        var length = Mat5Element.UInt32(rest.Span[SmallestTag..], isBig);
        Require(length <= rest.Length - TagBytes);
        var element = new Mat5Element((Mat5Type)tag, rest.Slice(TagBytes, (int)length), isBig);
        var end = TagBytes + (int)length;
        return (element, element.Type == Mat5Type.Compressed ? end : (end + Boundary - 1) / Boundary * Boundary);
    }

    static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("it ends within an element");
        }
    }
}

/// <summary>What the bytes of an element are.</summary>
enum Mat5Type
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
    Utf8 = 16,
    Utf16 = 17,
    Utf32 = 18,
}

/// <summary>One data element: a tag, and bytes.</summary>
readonly record struct Mat5Element(Mat5Type Type, ReadOnlyMemory<byte> Data, bool IsBig)
{
    /// <summary>Itself, or the one that is compressed in it.</summary>
    /// <exception cref="InvalidDataException">That is damaged, or has more than some bytes.</exception>
    public Mat5Element Inflated(int mostBytes)
    {
        if (Type != Mat5Type.Compressed)
        {
            return this;
        }

        using var stream = new ZLibStream(new MemoryStream(Data.ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            inflated.Write(part, 0, read);
            if (inflated.Length > mostBytes)
            {
                throw new InvalidDataException($"a variable has more than {mostBytes:N0} bytes");
            }
        }

        return new Mat5Elements(inflated.ToArray(), IsBig).FirstOrDefault();
    }

    /// <summary>The numbers, whatever their type.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public double[] Numbers()
    {
        var bytes = BytesOf(Type);
        if (bytes == 0 || Data.Length % bytes != 0)
        {
            throw new InvalidDataException($"numbers of type {(int)Type} are unknown");
        }

        var numbers = new double[Data.Length / bytes];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Number(Data.Span.Slice(i * bytes, bytes));
        }

        return numbers;
    }

    /// <summary>The characters, whatever their encoding.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public string Text() =>
        Type switch
        {
            Mat5Type.Utf8 => Encoding.UTF8.GetString(Data.Span),
            Mat5Type.Utf16 => (IsBig ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(Data.Span),
            Mat5Type.Int8 or Mat5Type.UInt8 or Mat5Type.UInt16 => string.Concat(Numbers().Select(code => (char)code)),
            _ => throw new InvalidDataException($"text of type {(int)Type} is unknown"),
        };

    /// <summary>The first four bytes.</summary>
    public static uint UInt32(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    static int BytesOf(Mat5Type type) =>
        type switch
        {
            Mat5Type.Int8 or Mat5Type.UInt8 => 1,
            Mat5Type.Int16 or Mat5Type.UInt16 => 2,
            Mat5Type.Int32 or Mat5Type.UInt32 or Mat5Type.Single => 4,
            Mat5Type.Int64 or Mat5Type.UInt64 or Mat5Type.Double => 8,
            _ => 0,
        };

    double Number(ReadOnlySpan<byte> bytes)
    {
        Span<byte> little = stackalloc byte[bytes.Length];
        bytes.CopyTo(little);
        if (IsBig)
        {
            little.Reverse();
        }

        return Type switch
        {
            Mat5Type.Int8 => (sbyte)little[0],
            Mat5Type.UInt8 => little[0],
            Mat5Type.Int16 => BinaryPrimitives.ReadInt16LittleEndian(little),
            Mat5Type.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(little),
            Mat5Type.Int32 => BinaryPrimitives.ReadInt32LittleEndian(little),
            Mat5Type.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(little),
            Mat5Type.Single => BinaryPrimitives.ReadSingleLittleEndian(little),
            Mat5Type.Int64 => BinaryPrimitives.ReadInt64LittleEndian(little),
            Mat5Type.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(little),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(little),
        };
    }
}
