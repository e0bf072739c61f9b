using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// The colour of each line of sight: Lambert's law with one light, hard shadows, an even ambient light and some haze.
/// </summary>
internal sealed class SceneShader
{
    const float TileSize = 0.9f;

    readonly SceneGeometry _geometry;
    readonly Scene _scene;
    readonly Vector3 _towardsLight;
    readonly Vector3 _direct;
    readonly Vector3 _ambient;
    readonly Vector3 _horizon;
    readonly Vector3 _zenith;
    readonly Vector3 _ground;

    public SceneShader(Scene scene, SceneGeometry geometry)
    {
        var light = scene.Light;
        var tint = light.Warm ? new Vector3(1.1f, 0.62f, 0.30f) : Vector3.One;
        var power = light.Dim ? 0.32f : 1;
        _scene = scene;
        _geometry = geometry;
        _towardsLight = Vectors.Unit(new(light.X, light.Y, light.Z));
        _direct = tint * (power * (light.Overcast ? 0.45f : 1));
        _ambient = Vectors.Mix(Vector3.One, tint, 0.5f) * (power * (light.Overcast ? 0.5f : 0.22f));
        _ground = Palette.Of(scene.Ground.Cover);
        (_zenith, _horizon) = Sky(scene.Backdrop.DarkSky, light);
    }

    /// <summary>The light, linear RGB, that arrives from z * (x, y, 1).</summary>
    public Vector3 Colour(float x, float y)
    {
        var hit = _geometry.See(x, y);
        if (hit.Kind == SurfaceKind.Sky)
        {
            return Vectors.Mix(_horizon, _zenith, Math.Clamp(-y * 2, 0, 1));
        }

        var point = new Vector3(x, y, 1) * hit.Depth;
        var normal = hit.Normal(x, y);
        var colour = Surface(hit, point) * (_ambient + _direct * Incidence(point, normal));
        var haze = Math.Clamp((hit.Depth - 12) / (Scene.FarZ - 12), 0, 1);
        return Vectors.Mix(colour, _horizon, haze * 0.8f);
    }

    float Incidence(Vector3 point, Vector3 normal)
    {
        var cosine = Vectors.Dot(normal, _towardsLight);
        return cosine <= 0 || (!_scene.Light.Overcast && _geometry.InShadow(point + normal * 1e-3f, _towardsLight))
            ? 0
            : cosine;
    }

    Vector3 Surface(Hit hit, Vector3 point) =>
        hit.Kind switch
        {
            SurfaceKind.Ground => GroundColour(point),
            SurfaceKind.Road => Palette.Road,
            SurfaceKind.Wall => Palette.Wall,
            _ => hit.Part!.Coat.At(hit.Part.ToUnits(point)),
        };

    // Far tiles are finer than pixels; they fade, as they would in a lens.
    Vector3 GroundColour(Vector3 point)
    {
        if (!_scene.Ground.Tiled)
        {
            return _ground;
        }

        var tile = (int)MathF.Floor(point.X / TileSize) + (int)MathF.Floor(point.Z / TileSize);
        var fade = Math.Clamp(point.Z / 20, 0, 1);
        var factor = (tile & 1) == 0 ? 0.35f : 1.25f;
        return _ground * (factor + (0.8f - factor) * fade);
    }

    static (Vector3 Zenith, Vector3 Horizon) Sky(bool dark, Light light)
    {
        var (zenith, horizon) =
            light.Overcast ? (new Vector3(0.45f, 0.47f, 0.50f), new Vector3(0.62f, 0.63f, 0.65f))
            : light.Warm ? (new(0.22f, 0.28f, 0.52f), new(0.95f, 0.52f, 0.22f))
            : (new(0.10f, 0.28f, 0.75f), new Vector3(0.60f, 0.75f, 0.90f));
        return dark ? (zenith * 0.04f, horizon * 0.12f) : (zenith, horizon);
    }
}
