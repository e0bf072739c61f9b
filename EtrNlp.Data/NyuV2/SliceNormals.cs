using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NyuV2;

/// <summary>Normals that are derived from the depth of the official file.</summary>
sealed class SliceNormals(Window window) : IMapFile
{
    readonly NormalMap _map = new("", NormalEncoding.Float);

    /// <inheritdoc/>
    public string Summary => "normals of depths";

    /// <inheritdoc/>
    public string Text => $"normals of depth, {DepthNormals.Text}, {Camera.OfColour}, {window}";

    /// <inheritdoc/>
    public int PixelBytes => _map.PixelBytes;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var normals = DepthNormals.Of(SliceDepth.Depths(file, name), Window.Stored, Camera.OfColour);
        return window.Cut(Floats.Grid(normals, Window.Stored), PixelBytes);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => _map.Find(map);
}
