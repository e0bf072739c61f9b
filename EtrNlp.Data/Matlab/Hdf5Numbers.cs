using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace EtrNlp.Data.Matlab;

/// <summary>Types of numbers in the words of MATLAB.</summary>
static class Hdf5Numbers
{
    const string Single = "single";

    /// <summary>That of numbers here.</summary>
    public static string NameOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            byte => "uint8",
            ushort => "uint16",
            float => Single,
            _ => throw new ArgumentException($"{typeof(T).Name} is not read"),
        };

    /// <summary>
    /// Whether the order of bytes is another than the machine's, which the library does not read. It says so only when
    /// it is asked for numbers, be it for none.
    /// </summary>
    public static bool IsOfOtherOrder<T>(NativeDataset dataset)
        where T : unmanaged
    {
        try
        {
            dataset.Read<T[]>(new NoneSelection());
            return false;
        }
        catch (Exception e) when (e.Message.StartsWith("Byte order", StringComparison.Ordinal))
        {
            return true;
        }
    }

    /// <summary>That of numbers in a file.</summary>
    public static string NameOf(IH5DataType type) =>
        type.Class switch
        {
            H5DataTypeClass.FixedPoint => $"{(type.FixedPoint.IsSigned ? "" : "u")}int{8 * type.Size}",
            H5DataTypeClass.FloatingPoint => type.Size == sizeof(float) ? Single : $"float{8 * type.Size}",
            _ => type.Class.ToString().ToLowerInvariant(),
        };
}
