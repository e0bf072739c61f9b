using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// The safetensors layout: an 8-byte little-endian header length, a JSON header (names, types, shapes, offsets, string
/// metadata), raw data. It holds numbers only and loads no code.
/// </summary>
public sealed class SafeTensors
{
    const int BufferBytes = 1 << 20;

    readonly SafeTensorsHeader _header;

    SafeTensors(string path, SafeTensorsHeader header)
    {
        (Path, _header) = (path, header);
        Tensors = header.Tensors.Where(tensor => !tensor.IsPassedOver).ToDictionary(tensor => tensor.Name);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>What is stored, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Names and shapes in the order of the data.</summary>
    public IEnumerable<(string Name, ImmutableArray<long> Shape)> Table =>
        _header.Tensors.Select(tensor => (tensor.Name, tensor.Shape));

    /// <summary>
    /// Writes a file whole; <paramref name="bytesOf"/> gives a tensor's row-major float32 bytes when it is its turn.
    /// </summary>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<(string Name, ImmutableArray<long> Shape)> tensors,
        Action<string, Stream> bytesOf
    )
    {
        SafeTensorsHeader.Write(stream, metadata, tensors);
        foreach (var (name, _) in tensors)
        {
            bytesOf(name, stream);
        }
    }

    /// <summary>Opens a file and checks that its header and its length agree.</summary>
    /// <exception cref="InvalidDataException">The file is no whole safetensors file.</exception>
    public static SafeTensors Open(string path)
    {
        try
        {
            using var stream = Opened(path);
            var header = SafeTensorsHeader.Read(path, stream);
            return header.DataLength == stream.Length - header.Length
                ? new SafeTensors(path, header)
                : throw new InvalidDataException(
                    $"{path} is damaged: {stream.Length - header.Length} bytes of data, "
                        + $"its header says {header.DataLength}"
                );
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or EndOfStreamException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
                        or NullReferenceException
                        or OverflowException
                        or ArgumentException
            )
        {
            throw new InvalidDataException($"{path} is damaged: its header cannot be read ({e.Message})", e);
        }
    }

    /// <summary>SHA-256 of all data, in lower-case hexadecimal.</summary>
    public string DataHash()
    {
        using var stream = Opened(Path);
        stream.Position = _header.Length;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Reads all data and checks that it is what was written, and a number everywhere.</summary>
    /// <param name="sha256">The hash of what was written, in lower-case hexadecimal.</param>
    /// <exception cref="InvalidDataException">
    /// It is something else, or a number in it is not finite, or a negative variance.
    /// </exception>
    /// <param name="isVariance">Which tensors hold what roots are taken of.</param>
    public void RequireData(string sha256, Predicate<string> isVariance)
    {
        using var stream = Opened(Path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        stream.Position = _header.Length;
        var (buffer, broken) = (new byte[BufferBytes], default(string));
        foreach (var tensor in _header.Tensors)
        {
            for (var left = tensor.Length; left > 0; left -= buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                stream.ReadExactly(part);
                hash.AppendData(part);
                broken ??= tensor.IsPassedOver
                    ? null
                    : Impossible(tensor, isVariance(tensor.Name), MemoryMarshal.Cast<byte, float>(part));
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sha256)
        {
            throw new InvalidDataException("its numbers are not those that were written; the file is damaged");
        }

        if (broken is not null)
        {
            throw new InvalidDataException($"{broken}, which etrnlp never writes; the file is damaged");
        }
    }

    /// <summary>Reads a tensor's bytes into memory of exactly its length.</summary>
    public void Read(string name, Span<byte> destination)
    {
        var tensor = Tensors[name];
        using var stream = Opened(Path);
        stream.Position = _header.Length + tensor.Offset;
        stream.ReadExactly(destination[..checked((int)tensor.Length)]);
    }

    // A checkpoint may be of any size, since its numbers go where a network of the same shapes already is.
    static FileStream Opened(string path) => RegularFile.OpenRead(path, long.MaxValue);

    static string? Impossible(StoredTensor tensor, bool isVariance, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value) || (isVariance && value < 0))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{tensor.Name} holds {value}");
            }
        }

        return null;
    }
}
