using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// Vector products in a fixed order of summation: those of the runtime depend on the processor's instructions.
/// </summary>
internal static class Vectors
{
    public static float Dot(Vector3 a, Vector3 b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    public static Vector3 Unit(Vector3 v) => v * (1 / MathF.Sqrt(Dot(v, v)));

    public static Vector3 Mix(Vector3 a, Vector3 b, float share) => a * (1 - share) + b * share;
}
