using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtrNlp.Core.Runs;

/// <summary>A tensor of a safetensors file: float32, row-major.</summary>
public sealed record StoredTensor(string Name, ImmutableArray<long> Shape, long Offset, long Length);

/// <summary>
/// The safetensors layout: an 8-byte little-endian header length, a JSON header (names, types, shapes, offsets, string metadata), raw data.
/// It holds numbers only and loads no code.
/// </summary>
public sealed class SafeTensors
{
    const string MetadataKey = "__metadata__";
    const int Alignment = 8;
    const int LargestHeader = 100_000_000;

    SafeTensors(string path, long dataStart, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        (Path, DataStart, Metadata, Tensors) = (path, dataStart, metadata, tensors);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What is stored, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    long DataStart { get; }

    /// <summary>Writes a file whole; <paramref name="bytesOf"/> gives a tensor's row-major float32 bytes when it is its turn.</summary>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, ImmutableArray<long> Shape)> tensors, Action<string, Stream> bytesOf)
    {
        var header = new JsonObject { [MetadataKey] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) };
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
            using var stream = File.OpenRead(path);
            Span<byte> prefix = stackalloc byte[sizeof(long)];
            stream.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (length is < 2 or > LargestHeader || length > stream.Length - sizeof(long))
            {
                throw new InvalidDataException($"{path} is no checkpoint: its header length {length} is impossible");
            }

            var json = new byte[length];
            stream.ReadExactly(json);
            var header = JsonNode.Parse(json)!.AsObject();
            var start = sizeof(long) + length;
            var metadata = header[MetadataKey]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()) ?? [];
            var tensors = header.Where(pair => pair.Key != MetadataKey).Select(pair => Stored(pair.Key, pair.Value!)).ToDictionary(tensor => tensor.Name);
            var end = tensors.Values.Select(tensor => tensor.Offset + tensor.Length).DefaultIfEmpty(0).Max();
            return end == stream.Length - start
                ? new SafeTensors(path, start, metadata, tensors)
                : throw new InvalidDataException($"{path} is damaged: {stream.Length - start} bytes of data, its header says {end}");
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or InvalidOperationException or FormatException or KeyNotFoundException or NullReferenceException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged: its header cannot be read ({e.Message})", e);
        }
    }

    /// <summary>SHA-256 of all data after the header, in lower-case hexadecimal.</summary>
    public string DataHash()
    {
        using var stream = File.OpenRead(Path);
        stream.Position = DataStart;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Reads a tensor's bytes into memory of exactly its length.</summary>
    public void Read(string name, Span<byte> destination)
    {
        var tensor = Tensors[name];
        using var stream = File.OpenRead(Path);
        stream.Position = DataStart + tensor.Offset;
        stream.ReadExactly(destination[..checked((int)tensor.Length)]);
    }

    // Blanks, so that the data starts at a multiple of 8 bytes, as other readers like it.
    static byte[] Padded(byte[] json) => [.. json, .. Enumerable.Repeat((byte)' ', -json.Length & (Alignment - 1))];

    static StoredTensor Stored(string name, JsonNode node)
    {
        var shape = node["shape"]!.AsArray().Select(n => n!.GetValue<long>()).ToImmutableArray();
        var (start, end) = (node["data_offsets"]![0]!.GetValue<long>(), node["data_offsets"]![1]!.GetValue<long>());
        var expected = shape.Aggregate((long)sizeof(float), (product, n) => checked(product * n));
        return node["dtype"]!.GetValue<string>() == "F32" && start >= 0 && end - start == expected && shape.All(n => n >= 0)
            ? new StoredTensor(name, shape, start, end - start)
            : throw new InvalidDataException($"tensor {name} is described wrongly");
    }
}
