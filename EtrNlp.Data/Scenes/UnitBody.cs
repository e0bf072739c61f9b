using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>A convex body in its own space: |x|, |z| at most 1 and 0 &lt;= y &lt;= 1, y upwards.</summary>
/// <remarks>
/// Round bodies are x^2 + z^2 + a y^2 + b y + c &lt;= 0, square ones |x|, |z| &lt;= 1 - a y; both are cut off at y = 0
/// and y = 1.
/// </remarks>
internal sealed class UnitBody
{
    public static readonly UnitBody Ball = new(round: true, 4, -4, 0);
    public static readonly UnitBody Dome = new(round: true, 1, 0, -1);
    public static readonly UnitBody Cylinder = new(round: true, 0, 0, -1);
    public static readonly UnitBody Cone = new(round: true, -1, 2, -1);
    public static readonly UnitBody Box = new(round: false, 0, 0, 0);
    public static readonly UnitBody Pyramid = new(round: false, 1, 0, 0);

    readonly bool _round;
    readonly float _a;
    readonly float _b;
    readonly float _c;

    UnitBody(bool round, float a, float b, float c) => (_round, _a, _b, _c) = (round, a, b, c);

    /// <summary>A body of square bases reaches sqrt 2 times farther from its axis than a round one.</summary>
    public float Reach => _round ? 1 : 1.41421356f;

    /// <summary>
    /// The part of the line origin + t * direction that lies in the body, and the face through which it enters.
    /// </summary>
    public Chord Intersect(Vector3 origin, Vector3 direction)
    {
        var chord = Chord.All;
        chord.Clip(1 - origin.Y, direction.Y, Face.Top);
        chord.Clip(origin.Y, -direction.Y, Face.Bottom);
        if (_round)
        {
            ClipRound(ref chord, origin, direction);
        }
        else
        {
            var room = 1 - _a * origin.Y;
            var taper = _a * direction.Y;
            chord.Clip(room - origin.X, direction.X + taper, Face.Right);
            chord.Clip(room + origin.X, taper - direction.X, Face.Left);
            chord.Clip(room - origin.Z, direction.Z + taper, Face.Back);
            chord.Clip(room + origin.Z, taper - direction.Z, Face.Front);
        }

        return chord;
    }

    /// <summary>An outward vector, not of unit length, perpendicular to a face at a point of it.</summary>
    public Vector3 Outward(Vector3 point, Face face) =>
        face switch
        {
            Face.Top => new(0, 1, 0),
            Face.Bottom => new(0, -1, 0),
            Face.Right => new(1, _a, 0),
            Face.Left => new(-1, _a, 0),
            Face.Back => new(0, _a, 1),
            Face.Front => new(0, _a, -1),
            _ => new(point.X, _a * point.Y + _b / 2, point.Z),
        };

    void ClipRound(ref Chord chord, Vector3 origin, Vector3 direction)
    {
        var a = direction.X * direction.X + direction.Z * direction.Z + _a * direction.Y * direction.Y;
        var b = origin.X * direction.X + origin.Z * direction.Z + _a * origin.Y * direction.Y + _b * direction.Y / 2;
        var c = origin.X * origin.X + origin.Z * origin.Z + _a * origin.Y * origin.Y + _b * origin.Y + _c;
        var discriminant = b * b - a * c;
        if (discriminant <= 0)
        {
            chord = a < 0 ? chord : Chord.Empty;
            return;
        }

        // The form of the quadratic formula that does not cancel; a = 0 yields an infinite root, as it should.
        var q = b > 0 ? -b - MathF.Sqrt(discriminant) : -b + MathF.Sqrt(discriminant);
        var first = MathF.Min(q / a, c / q);
        var second = MathF.Max(q / a, c / q);
        if (a >= 0)
        {
            chord.Narrow(first, second, Face.Side);
        }
        else if (chord.Enter < first)
        {
            // a steep line is inside a cone before it and its mirror image after
            chord.Narrow(float.NegativeInfinity, first, Face.Side);
        }
        else
        {
            chord.Narrow(second, float.PositiveInfinity, Face.Side);
        }
    }
}

/// <summary>The faces of a <see cref="UnitBody"/>.</summary>
internal enum Face : byte
{
    Side,
    Top,
    Bottom,
    Left,
    Right,
    Front,
    Back,
}
