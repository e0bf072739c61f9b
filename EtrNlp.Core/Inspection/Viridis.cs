using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>
/// The colour map viridis (Smith and van der Walt, public domain): equal steps look equal, in grey too.
/// </summary>
static class Viridis
{
    // At 0, 0.1, ... 1.
    static readonly SKColor[] Steps =
    [
        new(0xFF440154),
        new(0xFF482475),
        new(0xFF414487),
        new(0xFF355F8D),
        new(0xFF2A788E),
        new(0xFF21918C),
        new(0xFF22A884),
        new(0xFF44BF70),
        new(0xFF7AD151),
        new(0xFFBDDF26),
        new(0xFFFDE725),
    ];

    /// <summary>The colour of a number from 0 to 1, between two steps their mixture.</summary>
    public static SKColor At(double share)
    {
        var place = Math.Clamp(share, 0, 1) * (Steps.Length - 1);
        var step = Math.Min((int)place, Steps.Length - 2);
        var (from, to, part) = (Steps[step], Steps[step + 1], place - step);
        return new(Mix(from.Red, to.Red), Mix(from.Green, to.Green), Mix(from.Blue, to.Blue));

        byte Mix(byte first, byte second) => (byte)Math.Round(first + (part * (second - first)));
    }
}
