using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>
/// Depth of some <paramref name="kind"/> as arrays [H, W, 1] or [H, W] of at least 0 and below
/// <paramref name="end"/>; 0 is unknown.
/// </summary>
public sealed class ArrayDepth(DepthKind kind, double end, Remarks remarks) : IArrayMap
{
    /// <inheritdoc/>
    public string Folder => "depth";

    /// <inheritdoc/>
    public DepthKind Depth => kind;

    /// <inheritdoc/>
    public string Text => "arrays of depth";

    /// <summary>A number in single precision; 0 where it is unknown.</summary>
    public int PixelBytes => sizeof(float);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var numbers = MapNumbers.ReadArray(file, name, 1);
        foreach (var (i, value) in numbers.Values.Index())
        {
            if (!(value >= 0 && value < end))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has {value} in {numbers.Size.PlaceOf(i)}, ")
                        + FormattableString.Invariant($"expected at least 0 and less than {end}")
                );
            }
        }

        if (!numbers.Values.AsSpan().ContainsAnyExcept(0))
        {
            remarks.Add("no pixel has a known depth", name);
        }

        return Floats.Grid(Array.ConvertAll(numbers.Values, value => (float)value), numbers.Size);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => map is PixelMap.Depth ? Floats.Read : null;
}
