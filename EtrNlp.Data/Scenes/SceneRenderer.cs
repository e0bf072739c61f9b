using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// Renders scenes by analytic ray casting at any size; the same scene gives the same bytes on every IEEE machine.
/// </summary>
public static class SceneRenderer
{
    // The four samples of a pixel, relative to its centre.
    static readonly (float X, float Y)[] Samples = [(-0.25f, -0.25f), (0.25f, -0.25f), (-0.25f, 0.25f), (0.25f, 0.25f)];

    /// <summary>Renders the picture and all maps.</summary>
    public static RenderedScene Render(Scene scene, int height, int width)
    {
        Check(height, width, 1, height * width, nameof(height));
        var count = height * width;
        var rendered = new RenderedScene(
            height,
            width,
            new byte[3 * count],
            new SurfaceKind[count],
            new float[count],
            new float[3 * count]
        );
        RenderPixels(scene, height, width, rendered.Pixels);
        RenderMaps(scene, height, width, rendered.Surfaces, rendered.Depth, rendered.Normals);
        return rendered;
    }

    /// <summary>
    /// Renders the picture alone: interleaved RGB [H, W, 3], each pixel the mean of 2 x 2 samples, gamma 2.
    /// </summary>
    public static void RenderPixels(Scene scene, int height, int width, Span<byte> pixels)
    {
        Check(height, width, 3, pixels.Length, nameof(pixels));
        var shader = new SceneShader(scene, new SceneGeometry(scene));
        var view = new View(height, width);
        var position = 0;
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++, position += 3)
            {
                var sum = Vector3.Zero;
                foreach (var (x, y) in Samples)
                {
                    sum += shader.Colour(view.X(column + x), view.Y(row + y));
                }

                pixels[position] = ToByte(sum.X / Samples.Length);
                pixels[position + 1] = ToByte(sum.Y / Samples.Length);
                pixels[position + 2] = ToByte(sum.Z / Samples.Length);
            }
        }
    }

    /// <summary>
    /// Renders the maps alone, one ray through each pixel's centre: surfaces [H, W], depth [H, W], normals [H, W, 3].
    /// </summary>
    public static void RenderMaps(
        Scene scene,
        int height,
        int width,
        Span<SurfaceKind> surfaces,
        Span<float> depth,
        Span<float> normals
    )
    {
        Check(height, width, 1, surfaces.Length, nameof(surfaces));
        Check(height, width, 1, depth.Length, nameof(depth));
        Check(height, width, 3, normals.Length, nameof(normals));
        var geometry = new SceneGeometry(scene);
        var view = new View(height, width);
        for (var i = 0; i < surfaces.Length; i++)
        {
            var (x, y) = (view.X(i % width), view.Y(i / width));
            var hit = geometry.See(x, y);
            surfaces[i] = hit.Kind;
            depth[i] = hit.Depth;
            hit.Normal(x, y).CopyTo(normals[(3 * i)..]);
        }
    }

    static byte ToByte(float light) => (byte)(255 * MathF.Sqrt(Math.Clamp(light, 0, 1)) + 0.5f);

    static void Check(int height, int width, int channels, int length, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (length != channels * height * width)
        {
            throw new ArgumentException(
                $"Expected {channels * height * width} values for [{height}, {width}, {channels}], got {length}.",
                name
            );
        }
    }

    /// <summary>The pinhole: from pixels to the plane z = 1, where the shorter side spans one unit.</summary>
    readonly struct View(int height, int width)
    {
        readonly float _pixel = 1f / Math.Min(height, width);

        public float X(float column) => (column + 0.5f - width * 0.5f) * _pixel;

        public float Y(float row) => (row + 0.5f - height * 0.5f) * _pixel;
    }
}
