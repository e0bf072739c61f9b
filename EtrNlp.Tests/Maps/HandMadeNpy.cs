using System.Text;

namespace EtrNlp.Tests.Maps;

/// <summary>Files of numpy put together byte by byte, from the description of the format.</summary>
static class HandMadeNpy
{
    public static byte[] Of(string type, string shape, byte[] data, bool fortran = false, int version = 1) =>
        Of($"{{'descr': {type}, 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}", data, version);

    public static byte[] Of(string header, byte[] data, int version = 1)
    {
        var text = Encoding.UTF8.GetBytes(header.PadRight(117) + "\n");
        return
        [
            0x93,
            .. "NUMPY"u8,
            (byte)version,
            0,
            .. version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length),
            .. text,
            .. data,
        ];
    }

    /// <summary>Single precision, low byte first.</summary>
    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
