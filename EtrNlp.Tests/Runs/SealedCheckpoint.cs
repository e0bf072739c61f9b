using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EtrNlp.Tests.Runs;

/// <summary>Changes a checkpoint as somebody would who knows the format: every hash in it fits afterwards.</summary>
static class SealedCheckpoint
{
    /// <summary>Changes the header (metadata, and tensors by name) and the data.</summary>
    public static void Forge(string path, Action<JsonObject, byte[]> change)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 8 + (int)BitConverter.ToUInt64(bytes);
        var (header, data) = (JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject(), bytes[start..]);
        change(header, data);
        var metadata = header["__metadata__"]!.AsObject();
        metadata["sha256"] = Convert.ToHexStringLower(SHA256.HashData(data));
        metadata["header_sha256"] = Seal(header, metadata);
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data]);
    }

    /// <summary>Changes how far the checkpoint says that the run was.</summary>
    public static void ForgeProgress(string path, string key, string value) =>
        Forge(
            path,
            (header, _) =>
            {
                var metadata = header["__metadata__"]!.AsObject();
                var progress = JsonNode.Parse(metadata["progress"]!.GetValue<string>())!.AsObject();
                progress[key] = "?";
                // 1e999 is no number of .NET
                metadata["progress"] = progress.ToJsonString().Replace("\"?\"", value, StringComparison.Ordinal);
            }
        );

    /// <summary>Where a tensor's data begins and ends.</summary>
    public static (int Start, int End) Place(JsonObject header, string tensor)
    {
        var offsets = header[tensor]!["data_offsets"]!.AsArray();
        return (offsets[0]!.GetValue<int>(), offsets[1]!.GetValue<int>());
    }

    // Lines of metadata in the order of their keys, then one for each tensor in the order of the file.
    static string Seal(JsonObject header, JsonObject metadata)
    {
        var lines = metadata
            .Where(pair => pair.Key != "header_sha256")
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}\n{pair.Value}\n");
        var tensors = header
            .Where(pair => pair.Key != "__metadata__")
            .Select(pair => $"{pair.Key} {string.Join(' ', pair.Value!["shape"]!.AsArray().Select(n => $"{n}"))}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Concat(tensors)))));
    }
}
