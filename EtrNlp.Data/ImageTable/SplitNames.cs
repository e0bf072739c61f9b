using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// Which part of the dataset an image belongs to: by the word in the table, or by a hash of its name.
/// </summary>
public static class SplitNames
{
    /// <summary>train, val (or validation, valid) or test in any case; null for anything else.</summary>
    public static Split? Parse(string cell) =>
        cell.ToLowerInvariant() switch
        {
            "train" => Split.Train,
            "val" or "valid" or "validation" => Split.Val,
            "test" => Split.Test,
            _ => null,
        };

    /// <summary>
    /// 80 % train, 10 % val, 10 % test: the first four bytes of the SHA-256 of the image's path below root ('/' between
    /// folders, UTF-8) as a big-endian number, modulo 10; 8 is val, 9 is test. It depends on nothing else, so images
    /// may be added or reordered.
    /// </summary>
    public static Split ByHash(string name) =>
        (BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % 10) switch
        {
            8 => Split.Val,
            9 => Split.Test,
            _ => Split.Train,
        };
}
