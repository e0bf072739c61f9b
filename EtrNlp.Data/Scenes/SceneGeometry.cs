using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>Where a line of sight ends.</summary>
/// <param name="Kind">What is hit.</param>
/// <param name="Depth">z in metres, 0 in the sky.</param>
/// <param name="Part">The part of a solid; null where no solid is hit.</param>
/// <param name="Face">The face of that part.</param>
internal readonly record struct Hit(SurfaceKind Kind, float Depth, Part? Part, Face Face)
{
    /// <summary>The unit normal in camera coordinates, turned to the viewer; zero in the sky.</summary>
    public Vector3 Normal(float x, float y) =>
        Kind switch
        {
            SurfaceKind.Sky => Vector3.Zero,
            SurfaceKind.Ground or SurfaceKind.Road => new(0, -1, 0),
            SurfaceKind.Wall => new(0, 0, -1),
            _ => Part!.Normal(Part.ToUnits(new Vector3(x, y, 1) * Depth), Face),
        };
}

/// <summary>The surfaces of a scene, for exact ray casting.</summary>
internal sealed class SceneGeometry(Scene scene)
{
    readonly Part[] _parts = [.. scene.Solids.SelectMany(Part.Of)];

    /// <summary>The nearest surface on the line of sight z * (x, y, 1), z > 0.</summary>
    public Hit See(float x, float y)
    {
        var nearest = SeeBackground(x, y);
        var limit = nearest.Kind == SurfaceKind.Sky ? float.PositiveInfinity : nearest.Depth;
        foreach (var part in _parts)
        {
            if (!part.Window.Contains(x, y))
            {
                continue;
            }

            var chord = part.See(x, y);
            if (chord.Enter < chord.Leave && chord.Enter > 0 && chord.Enter < limit)
            {
                limit = chord.Enter;
                nearest = new(part.Kind, limit, part, chord.Face);
            }
        }

        return nearest;
    }

    /// <summary>Whether a solid stands between a point and the light, a unit vector.</summary>
    public bool InShadow(Vector3 point, Vector3 light)
    {
        foreach (var part in _parts)
        {
            if (part.Shadows(point, light))
            {
                return true;
            }
        }

        return false;
    }

    Hit SeeBackground(float x, float y)
    {
        var ground = y > 0 ? Scene.GroundY / y : float.PositiveInfinity;
        if (scene.Backdrop.Wall && ground > Scene.WallZ)
        {
            return y * Scene.WallZ > Scene.WallTopY ? new(SurfaceKind.Wall, Scene.WallZ, null, Face.Side) : default;
        }

        return ground > Scene.FarZ ? default
            : scene.Ground.RoadX is { } middle && MathF.Abs(x * ground - middle) < Scene.RoadHalfWidth
                ? new(SurfaceKind.Road, ground, null, Face.Side)
            : new(SurfaceKind.Ground, ground, null, Face.Side);
    }
}
