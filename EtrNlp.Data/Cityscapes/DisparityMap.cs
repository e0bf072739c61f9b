using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.Cityscapes;

/// <summary>The number that stands for the depth of a pixel.</summary>
public enum DepthUnit
{
    /// <summary>The number p of the file as p / 65535, which is 0 where it is unknown.</summary>
    Disparity,

    /// <summary>
    /// Inverse depth in 1/m: disparity over baseline and focal length; 0 where it is unknown or infinitely far.
    /// </summary>
    InverseMetres,
}

/// <summary>
/// Inverse depth from a disparity file, a 16-bit grey PNG. 0 is unknown; any other p is a disparity of (p - 1) / 256
/// pixels, so that 1 is infinitely far (cityscapesScripts, README).
/// </summary>
/// <param name="cameras">The camera of each file for inverse metres; null for disparity.</param>
/// <param name="remarks">Hears of files without depth.</param>
public sealed class DisparityMap(Cameras? cameras, Remarks remarks) : IMapFile
{
    /// <inheritdoc/>
    public string Summary => "disparity";

    /// <inheritdoc/>
    public DepthKind Depth => DepthKind.Inverse;

    /// <inheritdoc/>
    public string Text => cameras is null ? "disparity / 65535" : $"disparity in 1/m of {cameras.Text}";

    /// <summary>A number in single precision; 0 where it is unknown.</summary>
    public int PixelBytes => sizeof(float);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        var most = png.Values.Max();
        var isKind = png.Format is { IsGrey: true, Bits: 16 };
        if (!isKind || most is > 0 and <= byte.MaxValue)
        {
            var found = isKind ? "has no number above 255" : $"is {png.Format}";
            throw new DataException($"{name} {found}, expected the original 16-bit grey, which no conversion has cut");
        }

        if (most == 0)
        {
            remarks.Add("no pixel has a known depth", name);
        }

        var scale = cameras?.InverseMetresOfOneStep(name) ?? 0;
        return Floats.Grid(
            Array.ConvertAll(
                png.Values,
                p =>
                    cameras is null ? (float)((double)p / ushort.MaxValue)
                    : p == 0 ? 0
                    : (float)((p - 1) * scale)
            ),
            png.Size
        );
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => map is PixelMap.Depth ? Floats.Read : null;
}
