using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>Normals as arrays [H, W, 3] of components; 0, 0, 0 is unknown.</summary>
sealed class ArrayNormals(Remarks remarks) : IArrayMap
{
    const int Axes = 3;
    const double Tolerance = 0.02; // interpolation makes them shorter

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
        foreach (var normal in MapNumbers.ReadArray(file, name, Axes).Values.Chunk(Axes))
        {
            var length = Math.Sqrt(normal.Sum(x => x * x));
            if (!double.IsFinite(length))
            {
                throw new DataException($"{name} has a normal that is not finite; copy it again");
            }

            if (length > 0 && Math.Abs(length - 1) > Tolerance)
            {
                remarks.Add("have normals that are not of length 1, and are brought to it", name);
                break;
            }
        }

        return _map.Read(file, name);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => _map.Find(map);
}
