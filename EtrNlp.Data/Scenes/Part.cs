using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// A <see cref="UnitBody"/> that has been stretched, turned and put into the scene; a solid consists of one or two.
/// </summary>
internal sealed class Part
{
    readonly UnitBody _body;
    readonly Vector3 _foot;
    readonly float _height;
    readonly float _radius;
    readonly float _cosine;
    readonly float _sine;
    readonly Vector3 _cameraInUnits;
    readonly Vector3 _middle;
    readonly float _reachSquared;

    Part(Solid solid, UnitBody body, float from, float to, float radius, Vector3? trim = null)
    {
        Kind = solid.Kind;
        Coat = trim is { } colour ? new Coat(colour) : new Coat(solid.Paint);
        _body = body;
        _foot = solid.Foot - new Vector3(0, from * solid.Height, 0);
        _height = (to - from) * solid.Height;
        _radius = radius * solid.Radius;
        var square = solid.Turn * solid.Turn;
        _cosine = (1 - square) / (1 + square);
        _sine = 2 * solid.Turn / (1 + square);
        _cameraInUnits = ToUnits(Vector3.Zero);
        _middle = _foot - new Vector3(0, _height / 2, 0);
        _reachSquared = _radius * body.Reach * _radius * body.Reach + _height * _height / 4;
        Window = Window.Around(_foot, _height, _radius * body.Reach);
    }

    public SurfaceKind Kind { get; }

    public Coat Coat { get; }

    /// <summary>The part of the picture outside of which the part is not seen.</summary>
    public Window Window { get; }

    /// <summary>The parts that make up a solid.</summary>
    public static Part[] Of(Solid solid) =>
        solid.Kind switch
        {
            SurfaceKind.Sphere or SurfaceKind.Egg or SurfaceKind.Balloon => [new(solid, UnitBody.Ball, 0, 1, 1)],
            SurfaceKind.Dome => [new(solid, UnitBody.Dome, 0, 1, 1)],
            SurfaceKind.Snowman => [new(solid, UnitBody.Ball, 0, 0.6f, 1), new(solid, UnitBody.Ball, 0.55f, 1, 0.75f)],
            SurfaceKind.Cone => [new(solid, UnitBody.Cone, 0, 1, 1)],
            SurfaceKind.Pyramid => [new(solid, UnitBody.Pyramid, 0, 1, 1)],
            SurfaceKind.Tree =>
            [
                new(solid, UnitBody.Cone, 0.25f, 1, 1),
                new(solid, UnitBody.Cylinder, 0, 0.25f, 0.25f, Palette.Bark),
            ],
            SurfaceKind.Mushroom =>
            [
                new(solid, UnitBody.Dome, 0.5f, 1, 1),
                new(solid, UnitBody.Cylinder, 0, 0.5f, 0.35f, Palette.Stem),
            ],
            SurfaceKind.Box or SurfaceKind.Pedestal => [new(solid, UnitBody.Box, 0, 1, 1)],
            SurfaceKind.Cylinder => [new(solid, UnitBody.Cylinder, 0, 1, 1)],
            _ => throw new ArgumentException($"{solid.Kind} is no solid.", nameof(solid)),
        };

    /// <summary>The chord of the line of sight z * (x, y, 1); its parameter is the depth z.</summary>
    public Chord See(float x, float y) => _body.Intersect(_cameraInUnits, Stretch(new(x, y, 1)));

    /// <summary>Whether the body is met on the way from a point towards the light, a unit vector.</summary>
    public bool Shadows(Vector3 point, Vector3 light)
    {
        const float Clearance = 1e-3f; // metres: a lit face must not shadow itself by rounding
        var away = _middle - point;
        var along = Vectors.Dot(away, light);
        var distance = Vectors.Dot(away, away);
        if (distance - along * along > _reachSquared || (along < 0 && distance > _reachSquared))
        {
            return false;
        }

        var chord = _body.Intersect(ToUnits(point), Stretch(light));
        return MathF.Max(chord.Enter, Clearance) < chord.Leave;
    }

    /// <summary>The position of a point of the scene in the body's own space.</summary>
    public Vector3 ToUnits(Vector3 point) => Stretch(point - _foot);

    /// <summary>The outward unit normal in camera coordinates at a point of the body's own space.</summary>
    public Vector3 Normal(Vector3 unit, Face face)
    {
        var outward = _body.Outward(unit, face) / new Vector3(_radius, _height, _radius);
        return Vectors.Unit(
            new(_cosine * outward.X - _sine * outward.Z, -outward.Y, _sine * outward.X + _cosine * outward.Z)
        );
    }

    Vector3 Stretch(Vector3 v) =>
        new((_cosine * v.X + _sine * v.Z) / _radius, -v.Y / _height, (_cosine * v.Z - _sine * v.X) / _radius);
}
