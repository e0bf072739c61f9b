using System.Text.Json;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.EventFiles;

/// <summary>A value of an event file, as a reader written in Python's standard library finds it.</summary>
/// <param name="Wall">Seconds since 1970.</param>
/// <param name="Step">The step.</param>
/// <param name="Tag">The tag; null of the event that names the version.</param>
/// <param name="Scalar">A number.</param>
/// <param name="Image">Height, width and PNG of a picture, the latter in hexadecimal.</param>
/// <param name="Hparams">What the plug-in of hyper-parameters reads.</param>
/// <param name="Version">The version that the first event names.</param>
/// <param name="Session">1 where a session starts, at whose step TensorBoard forgets what it read of a run.</param>
sealed record EventValue(
    double Wall,
    long Step,
    string? Tag,
    double? Scalar,
    (int Height, int Width, string Png)? Image,
    Dictionary<string, JsonElement>? Hparams,
    string? Version,
    int? Session
);

/// <summary>
/// Reads event files without a class of the program or of TorchSharp: lengths, checksums (CRC-32C, polynomial
/// 0x82f63b78, masked) and protobuf fields by their numbers.
/// </summary>
static class EventReader
{
    const string Script = """
        import json, struct, sys
        table = []
        for n in range(256):
            for _ in range(8):
                n = n >> 1 ^ (0x82f63b78 if n & 1 else 0)
            table.append(n)

        def checked(data, masked):
            crc = 0xffffffff
            for byte in data:
                crc = table[(crc ^ byte) & 255] ^ crc >> 8
            crc ^= 0xffffffff
            assert struct.unpack('<I', masked)[0] == ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff, 'checksum'
            return data

        def varint(data, i):
            value = shift = 0
            while True:
                value |= (data[i] & 127) << shift
                shift += 7
                i += 1
                if data[i - 1] < 128:
                    return value, i

        def fields(data):
            i, found = 0, {}
            while i < len(data):
                key, i = varint(data, i)
                if key & 7 == 0:
                    value, i = varint(data, i)
                else:
                    size, i = varint(data, i) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], i)
                    assert i + size <= len(data), 'length'
                    value, i = data[i:i + size], i + size
                found.setdefault(key >> 3, []).append(value)
            return found

        def double(data):
            return struct.unpack('<d', data)[0]

        def setting(entry):
            key, value = entry[1][0].decode(), fields(entry[2][0])
            return key, double(value[2][0]) if 2 in value else value[3][0].decode() if 3 in value else bool(value[4][0])

        def hparams(metadata):
            plugin = fields(fields(metadata)[1][0])
            assert plugin[1] == [b'hparams']
            content = fields(plugin[2][0])
            if 3 in content:
                start = fields(content[3][0])
                return dict(map(setting, map(fields, start[1])), _start=double(start[5][0]))
            end = fields(content[4][0])
            return {'_status': end[1][0], '_end': double(end[2][0])}

        raw, i, out = open(sys.argv[1], 'rb').read(), 0, []
        while i < len(raw):
            size = struct.unpack('<Q', checked(raw[i:i + 8], raw[i + 8:i + 12]))[0]
            event = fields(checked(raw[i + 12:i + 12 + size], raw[i + 12 + size:i + 16 + size]))
            i += 16 + size
            of_all = {'Wall': double(event[1][0]) if 1 in event else 0, 'Step': event.get(2, [0])[0]}
            if 3 in event:
                out.append(dict(of_all, Version=event[3][0].decode()))
            for session in event.get(7, []):
                out.append(dict(of_all, Session=fields(session)[1][0]))
            for summary in event.get(5, []):
                for value in map(fields, fields(summary)[1]):
                    one = dict(of_all, Tag=value[1][0].decode())
                    if 2 in value:
                        one['Scalar'] = struct.unpack('<f', value[2][0])[0]
                    if 4 in value:
                        image = fields(value[4][0])
                        one['Image'] = {'Item1': image[1][0], 'Item2': image[2][0], 'Item3': image[4][0].hex()}
                    if 9 in value:
                        one['Hparams'] = hparams(value[9][0])
                    out.append(one)
        json.dump(out, open(sys.argv[2], 'w'))
        """;

    static readonly JsonSerializerOptions WithTuples = new() { IncludeFields = true };

    /// <summary>The file of a run; an older one is left empty where the run went on.</summary>
    public static string FileIn(RunFolder run) =>
        Directory.GetFiles(run.Path, "events.out.tfevents.*").Single(path => new FileInfo(path).Length > 0);

    /// <summary>The steps of every curve, in their order; a result is none.</summary>
    public static IEnumerable<IGrouping<string, long>> Curves(IEnumerable<EventValue> values) =>
        values
            .Where(one => one.Scalar is not null && !one.Tag!.StartsWith("result/", StringComparison.Ordinal))
            .GroupBy(one => one.Tag!, one => one.Step);

    /// <summary>The values of a file, in its order; the test is skipped where there is no Python.</summary>
    public static IReadOnlyList<EventValue> Read(string path)
    {
        using var folder = new TemporaryFolder();
        var values = folder.File("values.json");
        OtherSoftware.Python($"import sys\nsys.argv = ['', r'{path}', r'{values}']\n{Script}");
        return JsonSerializer.Deserialize<EventValue[]>(File.ReadAllText(values), WithTuples)!;
    }
}
