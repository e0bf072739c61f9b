namespace EtrNlp.Data.Scenes;

/// <summary>A picture and its exact maps, row by row.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">Interleaved RGB [H, W, 3].</param>
/// <param name="Surfaces">What the ray through each pixel's centre meets, a <see cref="SurfaceKind"/> [H, W].</param>
/// <param name="Depth">z in metres [H, W]; 0 in the sky.</param>
/// <param name="Normals">
/// Unit normals [H, W, 3], x right, y down, z forward, turned to the viewer; 0, 0, 0 in the sky.
/// </param>
public sealed record RenderedScene(
    int Height,
    int Width,
    byte[] Pixels,
    SurfaceKind[] Surfaces,
    float[] Depth,
    float[] Normals
);
