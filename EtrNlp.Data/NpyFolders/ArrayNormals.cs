using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>Normals as arrays [H, W, 3] of components; 0, 0, 0 is unknown.</summary>
sealed class ArrayNormals(Remarks remarks) : IArrayMap
{
    const int Axes = 3;
    const double Tolerance = 0.02; // of rounding; interpolation makes them shorter by more
    const double Longest = 1.1;

    readonly NormalMap _map = new("", NormalEncoding.Float);

    /// <inheritdoc/>
    public string Folder => "normal";

    /// <inheritdoc/>
    public string Text => "arrays of normals";

    /// <inheritdoc/>
    public int PixelBytes => _map.PixelBytes;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var numbers = MapNumbers.ReadArray(file, name, Axes);
        if (!numbers.Type.Contains('f'))
        {
            throw new DataException($"{name} holds {numbers.Type}, expected floating point numbers");
        }

        var (normals, isOther) = (new float[numbers.Values.Length], false);
        for (var i = 0; i < normals.Length; i += Axes)
        {
            var (x, y, z) = (numbers.Values[i], numbers.Values[i + 1], numbers.Values[i + 2]);
            var length = Math.Sqrt((x * x) + (y * y) + (z * z));
            if (!(length <= Longest))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has a normal of length {length:0.##} in ")
                        + $"{numbers.Size.PlaceOf(i / Axes)}, expected 1, or 0 where it is unknown"
                );
            }

            if (length > 0)
            {
                isOther |= Math.Abs(length - 1) > Tolerance;
                (normals[i], normals[i + 1]) = ((float)(x / length), (float)(y / length));
                normals[i + 2] = (float)(z / length);
            }
        }

        if (isOther)
        {
            remarks.Add("normals that are not of length 1 are brought to it", name);
        }

        return Floats.Grid(normals, numbers.Size);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => _map.Find(map);
}
