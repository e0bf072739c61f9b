using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Tests.Augmentation;

/// <summary>Images and maps after an alteration.</summary>
static class Altered
{
    public static PixelMap Classes { get; } = new PixelMap.Classes(["road", "sky", "car"]);

    public static PixelMap Depth { get; } = new PixelMap.Depth();

    public static PixelMap Normals { get; } = new PixelMap.Normals();

    public static RandomStream Random(string name = "") => RandomStream.For(1, "test", name);

    public static byte[] Image(IAlteration alteration, byte[] image)
    {
        byte[] altered = [.. image];
        alteration.Alter(altered);
        return altered;
    }

    public static float[] Map(IAlteration alteration, PixelMap map, float[] values)
    {
        float[] altered = [.. values];
        alteration.Alter(map, altered);
        return altered;
    }
}
