using System.Security.Cryptography;

namespace EtrNlp.Data.Files;

/// <summary>The hash that is published of files; it finds accidents, not attacks.</summary>
static class Md5
{
    /// <summary>That of a file, in lower-case hexadecimal.</summary>
    /// <inheritdoc cref="RegularFile.OpenRead"/>
    public static string Of(string path, long mostBytes)
    {
        using var file = RegularFile.OpenRead(path, mostBytes);
#pragma warning disable CA5351 // no other hash is published
        return Convert.ToHexStringLower(MD5.HashData(file));
#pragma warning restore CA5351
    }
}
