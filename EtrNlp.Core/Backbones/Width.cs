using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Backbones;

/// <summary>
/// The width factor of a backbone: channels become max(8, w * c rounded half up), then the next multiple that the
/// operation can use.
/// </summary>
public static class Width
{
    /// <summary>The smallest factor.</summary>
    public const double Least = 0.01;

    /// <summary>The largest factor.</summary>
    public const double Most = 16;

    /// <summary>The key every backbone has.</summary>
    public static Setting<double> Key { get; } =
        new("width", "factor on every number of channels", Values.Number(Least, Most), "1");

    /// <summary>The channels a width leaves of a nominal number.</summary>
    public static int Scale(double width, int channels, int multiple)
    {
        var scaled = Math.Max(8, (int)Math.Floor((width * channels) + 0.5));
        return (scaled + multiple - 1) / multiple * multiple;
    }
}
