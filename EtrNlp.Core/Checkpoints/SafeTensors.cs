using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Checkpoints;

/// <summary>A tensor of a safetensors file: float32, row-major.</summary>
public sealed record StoredTensor(string Name, ImmutableArray<long> Shape, long Offset, long Length);

/// <summary>
/// The safetensors layout: an 8-byte little-endian header length, a JSON header (names, types, shapes, offsets, string
/// metadata), raw data. It holds numbers only and loads no code.
/// </summary>
public sealed class SafeTensors
{
    const string MetadataKey = "__metadata__";
    const int Alignment = 8;
    const int LargestHeader = 100_000_000;
    const int BufferBytes = 1 << 20;

    const string Conversion =
        "init_from takes what safetensors.torch.save_file({name: tensor.float().contiguous(), ...}, file) writes in Python, "
        + "with the names that last.safetensors of a run of the same network has";

    readonly ImmutableArray<StoredTensor> _inOrder;

    SafeTensors(
        string path,
        long dataStart,
        IReadOnlyDictionary<string, string> metadata,
        ImmutableArray<StoredTensor> tensors
    )
    {
        (Path, DataStart, Metadata, _inOrder) = (path, dataStart, metadata, tensors);
        Tensors = tensors.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What is stored, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Names and shapes in the order of the data.</summary>
    public IEnumerable<(string Name, ImmutableArray<long> Shape)> Table =>
        _inOrder.Select(tensor => (tensor.Name, tensor.Shape));

    long DataStart { get; }

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
        var header = new JsonObject
        {
            [MetadataKey] = new JsonObject(
                metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            ),
        };
        long offset = 0;
        foreach (var (name, shape) in tensors)
        {
            var end = offset + (shape.Aggregate(1L, (product, n) => product * n) * sizeof(float));
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(n => JsonValue.Create(n))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = Padded(JsonSerializer.SerializeToUtf8Bytes(header));
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
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
            Span<byte> prefix = stackalloc byte[sizeof(long)];
            stream.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (length is < 2 or > LargestHeader || length > stream.Length - sizeof(long))
            {
                throw new InvalidDataException(
                    IsPyTorch(prefix)
                        ? $"{path} is a file of PyTorch; {Conversion}"
                        : $"{path} is no checkpoint: its header length {length} is impossible"
                );
            }

            var json = new byte[length];
            stream.ReadExactly(json);
            var header = JsonNode.Parse(json)!.AsObject();
            var start = sizeof(long) + length;
            var metadata =
                header[MetadataKey]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>())
                ?? [];
            var tensors = header
                .Where(pair => pair.Key != MetadataKey)
                .Select(pair => Stored(pair.Key, pair.Value!))
                .ToImmutableArray();
            var end = EndOf(tensors);
            return end == stream.Length - start
                ? new SafeTensors(path, start, metadata, tensors)
                : throw new InvalidDataException(
                    $"{path} is damaged: {stream.Length - start} bytes of data, its header says {end}"
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
        stream.Position = DataStart;
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
        stream.Position = DataStart;
        var (buffer, broken) = (new byte[BufferBytes], default(string));
        foreach (var tensor in _inOrder)
        {
            for (var left = tensor.Length; left > 0; left -= buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                stream.ReadExactly(part);
                hash.AppendData(part);
                broken ??= Impossible(tensor, isVariance(tensor.Name), MemoryMarshal.Cast<byte, float>(part));
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
        stream.Position = DataStart + tensor.Offset;
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

    // Each tensor begins where the one listed before it ends: none lies over another one or has changed places with it.
    static long EndOf(ImmutableArray<StoredTensor> tensors)
    {
        long end = 0;
        foreach (var tensor in tensors)
        {
            end =
                tensor.Offset == end
                    ? checked(end + tensor.Length)
                    : throw new InvalidDataException(
                        $"tensor {tensor.Name} begins at byte {tensor.Offset} of the data and the one before it ends at {end}; the file is damaged"
                    );
        }

        return end;
    }

    // What torch.save writes: an archive since 1.6, a pickle of protocol 2 or more before.
    static bool IsPyTorch(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x03\x04"u8) || (start[0] == 0x80 && start[1] is >= 2 and <= 5);

    // Blanks, so that the data starts at a multiple of 8 bytes, as other readers like it.
    static byte[] Padded(byte[] json) => [.. json, .. Enumerable.Repeat((byte)' ', -json.Length & (Alignment - 1))];

    static StoredTensor Stored(string name, JsonNode node)
    {
        var shape = node["shape"]!.AsArray().Select(n => n!.GetValue<long>()).ToImmutableArray();
        var (start, end) = (node["data_offsets"]![0]!.GetValue<long>(), node["data_offsets"]![1]!.GetValue<long>());
        if (node["dtype"]!.GetValue<string>() is var type && type != "F32")
        {
            throw new InvalidDataException($"tensor {name} is {type} and etrnlp reads F32 alone; {Conversion}");
        }

        var expected = shape.Aggregate((long)sizeof(float), (product, n) => checked(product * n));
        return start >= 0 && end - start == expected && shape.All(n => n >= 0)
            ? new StoredTensor(name, shape, start, end - start)
            : throw new InvalidDataException($"tensor {name} is described wrongly");
    }
}
