using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Backbones;

/// <summary>The width factor of a backbone: channels become max(8, w * c rounded half up).</summary>
public static class Width
{
    /// <summary>The key every backbone has.</summary>
    public static Parameter<double> Key { get; } = new("width", "factor on every number of channels", Values.Number(0.01, 16), "1");

    /// <summary>The channels a width leaves of a nominal number.</summary>
    public static int Scale(double width, int channels) => Math.Max(8, (int)Math.Floor((width * channels) + 0.5));
}
