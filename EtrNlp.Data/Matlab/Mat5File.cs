using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Data.Matlab;

/// <summary>
/// Files of MATLAB's version 5 ("MAT-File Format", MathWorks), which <c>save -v6</c> and <c>-v7</c> write: both orders
/// of bytes, compressed or not.
/// </summary>
public static class Mat5File
{
    const int MostBytes = 1 << 24;
    const int HeaderBytes = 128;
    const int VersionAt = 124;

    static ReadOnlySpan<byte> LittleEndian => [0x00, 0x01, (byte)'I', (byte)'M'];
    static ReadOnlySpan<byte> BigEndian => [0x01, 0x00, (byte)'M', (byte)'I'];

    /// <summary>The named variables of a file, in the order of the names; others are not looked at.</summary>
    /// <exception cref="DataException">It cannot be read, is damaged, or lacks one of them.</exception>
    public static MatValue[] Read(string path, params ReadOnlySpan<string> variables)
    {
        try
        {
            return Read(RegularFile.ReadBytes(path, MostBytes), Path.GetFileName(path), variables);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read ({e.Message})");
        }
    }

    /// <summary>The same of the bytes of a file.</summary>
    /// <exception cref="DataException">They are damaged, or lack one of them.</exception>
    public static MatValue[] Read(byte[] file, string name, params ReadOnlySpan<string> variables)
    {
        var isBig = file.Length >= HeaderBytes && file.AsSpan(VersionAt, 4).SequenceEqual(BigEndian);
        if (!isBig && !(file.Length >= HeaderBytes && file.AsSpan(VersionAt, 4).SequenceEqual(LittleEndian)))
        {
            throw new DataException(
                Hdf5Signature.Find(file) >= 0
                    ? $"{name} is a MATLAB v7.3 (HDF5) file, expected a MATLAB v5 file; copy the published one"
                    : $"{name} is no MATLAB v5 file; copy it again"
            );
        }

        var (found, unread) = Variables(file, name, isBig, variables);
        var values = new MatValue[variables.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] =
                found.GetValueOrDefault(variables[i])
                ?? throw (
                    unread is null
                        ? new DataException($"{name} has no variable '{variables[i]}'; copy the published file")
                        : Damaged(name, unread)
                );
        }

        return values;
    }

    // Others may be of classes that are not read. What keeps one of them from being named counts if one is missing.
    static (Dictionary<string, MatValue> Found, string? Unread) Variables(
        byte[] file,
        string name,
        bool isBig,
        ReadOnlySpan<string> variables
    )
    {
        var (found, unread) = (new Dictionary<string, MatValue>(), (string?)null);
        try
        {
            foreach (var element in new Mat5Elements(file.AsMemory(HeaderBytes), isBig))
            {
                if (Open(element, ref unread) is { } matrix && variables.Contains(matrix.Name))
                {
                    found[matrix.Name] = matrix.Read();
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(name, e.Message);
        }

        return (found, unread);
    }

    static Mat5Matrix? Open(Mat5Element element, ref string? unread)
    {
        try
        {
            return Mat5Matrix.Open(element.Inflated(MostBytes));
        }
        catch (InvalidDataException e)
        {
            unread ??= e.Message;
            return null;
        }
    }

    static DataException Damaged(string name, string how) => new($"{name} is damaged ({how}); copy it again");
}
