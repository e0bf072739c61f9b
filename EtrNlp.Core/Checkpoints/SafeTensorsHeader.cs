using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtrNlp.Core.Checkpoints;

/// <summary>A tensor of a safetensors file: float32, row-major.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">Bytes of data before it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="IsPassedOver">Whether it holds what nobody asks for, in another type.</param>
public sealed record StoredTensor(
    string Name,
    ImmutableArray<long> Shape,
    long Offset,
    long Length,
    bool IsPassedOver = false
);

/// <summary>What stands before the data of a safetensors file.</summary>
/// <param name="Length">Bytes before the data.</param>
/// <param name="Metadata">Free text by key.</param>
/// <param name="Tensors">What is stored, in the order of the data.</param>
sealed record SafeTensorsHeader(
    long Length,
    IReadOnlyDictionary<string, string> Metadata,
    ImmutableArray<StoredTensor> Tensors
)
{
    const string MetadataKey = "__metadata__";
    const string TypeKey = "dtype";
    const string ShapeKey = "shape";
    const string OffsetsKey = "data_offsets";
    const string Float32 = "F32";
    const int Alignment = 8;
    const int LargestHeader = 100_000_000;

    // PyTorch's norms count batches in whole numbers.
    const string BatchCount = ".num_batches_tracked";
    const string Int64 = "I64";

    /// <summary>Bytes of data that the tensors take together.</summary>
    public long DataLength { get; } = EndOf(Tensors);

    /// <summary>Writes the header of tensors that follow in this order.</summary>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<(string Name, ImmutableArray<long> Shape)> tensors
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
                [TypeKey] = Float32,
                [ShapeKey] = new JsonArray([.. shape.Select(n => JsonValue.Create(n))]),
                [OffsetsKey] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = Padded(JsonSerializer.SerializeToUtf8Bytes(header));
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
    }

    /// <summary>Reads the header at the beginning of a file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is of another kind, or its tensors do not lie in order.
    /// </exception>
    public static SafeTensorsHeader Read(string path, Stream stream)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > LargestHeader || length > stream.Length - sizeof(long))
        {
            throw new InvalidDataException(
                IsPyTorch(prefix)
                    ? $"{path} is a file of PyTorch; name the one that this writes: {Conversion(path)}"
                    : $"{path} is no checkpoint: its header length {length} is impossible"
            );
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        var header = JsonNode.Parse(json)!.AsObject();
        var metadata =
            header[MetadataKey]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>())
            ?? [];
        var tensors = header
            .Where(pair => pair.Key != MetadataKey)
            .Select(pair => Stored(pair.Key, pair.Value!))
            .ToImmutableArray();
        return new SafeTensorsHeader(sizeof(long) + length, metadata, tensors);
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
                        $"tensor {tensor.Name} begins at byte {tensor.Offset} of the data and the one before it ends "
                            + $"at {end}; the file is damaged"
                    );
        }

        return end;
    }

    // One line for a shell.
    static string Conversion(string path) =>
        "python3 -c \"import torch, safetensors.torch as s; s.save_file({k: v.float().contiguous() for k, v in "
        + $"torch.load('{path}', map_location='cpu').items()}}, '{Path.ChangeExtension(path, "safetensors")}')\"";

    // What torch.save writes: an archive since 1.6, a pickle of protocol 2 or more before.
    static bool IsPyTorch(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x03\x04"u8) || (start[0] == 0x80 && start[1] is >= 2 and <= 5);

    // Blanks, so that the data starts at a multiple of 8 bytes, as other readers like it.
    static byte[] Padded(byte[] json) => [.. json, .. Enumerable.Repeat((byte)' ', -json.Length & (Alignment - 1))];

    static StoredTensor Stored(string name, JsonNode node)
    {
        var shape = node[ShapeKey]!.AsArray().Select(n => n!.GetValue<long>()).ToImmutableArray();
        var (start, end) = (node[OffsetsKey]![0]!.GetValue<long>(), node[OffsetsKey]![1]!.GetValue<long>());
        var type = node[TypeKey]!.GetValue<string>();
        var isCount = type == Int64 && name.EndsWith(BatchCount, StringComparison.Ordinal);
        if (type != Float32 && !isCount)
        {
            throw new InvalidDataException(
                $"tensor {name} is {type} and etrnlp reads {Float32} alone; write tensor.float() in its place"
            );
        }

        long bytes = isCount ? sizeof(long) : sizeof(float);
        var expected = shape.Aggregate(bytes, (product, n) => checked(product * n));
        return start >= 0 && end - start == expected && shape.All(n => n >= 0)
            ? new StoredTensor(name, shape, start, end - start, isCount)
            : throw new InvalidDataException($"tensor {name} is described wrongly");
    }
}
