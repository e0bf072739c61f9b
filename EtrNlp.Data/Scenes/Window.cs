using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>A rectangle of the picture in units of the plane z = 1.</summary>
internal readonly record struct Window(float Left, float Top, float Right, float Bottom)
{
    static readonly Window Everything = new(
        float.NegativeInfinity,
        float.NegativeInfinity,
        float.PositiveInfinity,
        float.PositiveInfinity
    );

    public bool Contains(float x, float y) => x >= Left && x <= Right && y >= Top && y <= Bottom;

    /// <summary>A rectangle that holds the image of an upright cylinder, slightly enlarged against rounding.</summary>
    public static Window Around(Vector3 foot, float height, float radius)
    {
        const float Margin = 1e-4f;
        var near = foot.Z - radius;
        var far = foot.Z + radius;
        return near <= 0
            ? Everything
            : new(
                Smallest(foot.X - radius, near, far) - Margin,
                Smallest(foot.Y - height, near, far) - Margin,
                -Smallest(-foot.X - radius, near, far) + Margin,
                -Smallest(-foot.Y, near, far) + Margin
            );
    }

    static float Smallest(float value, float near, float far) => MathF.Min(value / near, value / far);
}
