using System.Text;
using System.Text.Json;

namespace EtrNlp.Tests.Runs;

/// <summary>Reads a safetensors file by its published layout alone: u64 length, JSON header, data.</summary>
sealed record PlainCheckpoint(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyDictionary<string, (long[] Shape, float[] Values)> Tensors
)
{
    public static PlainCheckpoint Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var data = 8 + (int)BitConverter.ToUInt64(bytes);
        using var header = JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, data - 8));
        var tensors = header
            .RootElement.EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .ToDictionary(
                entry => entry.Name,
                entry =>
                {
                    long[] Numbers(string key) =>
                        [.. entry.Value.GetProperty(key).EnumerateArray().Select(n => n.GetInt64())];
                    var (shape, offsets) = (Numbers("shape"), Numbers("data_offsets"));
                    var values = new float[(offsets[1] - offsets[0]) / 4];
                    Buffer.BlockCopy(bytes, data + (int)offsets[0], values, 0, values.Length * 4);
                    return (shape, values);
                }
            );
        return new PlainCheckpoint(
            header
                .RootElement.GetProperty("__metadata__")
                .EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!),
            tensors
        );
    }

    /// <summary>Name, shape and the bits of every number.</summary>
    public IReadOnlyList<string> Bits =>
        [
            .. Tensors
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair =>
                    $"{pair.Key} [{string.Join(',', pair.Value.Shape)}] "
                    + $"{string.Join(' ', pair.Value.Values.Select(BitConverter.SingleToInt32Bits))}"
                ),
        ];
}
