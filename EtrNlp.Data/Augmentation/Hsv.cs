namespace EtrNlp.Data.Augmentation;

/// <summary>
/// Hue, saturation and value, 8 bits each, as Pillow converts to them and back (Smith, SIGGRAPH 1978).
/// </summary>
/// <param name="Hue">255 is a whole turn from red over green and blue.</param>
/// <param name="Saturation">0 is grey.</param>
/// <param name="Value">The largest of red, green and blue.</param>
readonly record struct Hsv(byte Hue, byte Saturation, byte Value)
{
    const int Sectors = 6;

    /// <summary>From a colour.</summary>
    public static Hsv Of(Rgb colour)
    {
        var (red, green, blue) = (colour.Red, colour.Green, colour.Blue);
        var (most, least) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        if (most == least)
        {
            return new Hsv(0, 0, most);
        }

        float range = most - least;
        var (fromRed, fromGreen, fromBlue) = ((most - red) / range, (most - green) / range, (most - blue) / range);
        var sector =
            red == most ? fromBlue - fromGreen
            : green == most ? (float)(2.0 + fromRed - fromBlue)
            : (float)(4.0 + fromGreen - fromRed);
        var hue = (float)(((sector / 6.0) + 1.0) % 1.0);
        return new Hsv(ToByte(hue), ToByte(range / most), most);
    }

    /// <summary>To a colour.</summary>
    public Rgb ToRgb()
    {
        if (Saturation == 0)
        {
            return new Rgb(Value, Value, Value);
        }

        var position = Hue * 6.0 / 255.0;
        var sector = (int)Math.Floor(position);
        var (rest, saturation) = ((float)(position - sector), (float)(Saturation / 255.0));
        var low = Round(Value * (1.0 - saturation));
        var falling = Round(Value * (1.0 - (saturation * rest)));
        var rising = Round(Value * (1.0 - (saturation * (1.0 - rest))));
        return (sector % Sectors) switch
        {
            0 => new Rgb(Value, rising, low),
            1 => new Rgb(falling, Value, low),
            2 => new Rgb(low, Value, rising),
            3 => new Rgb(low, falling, Value),
            4 => new Rgb(rising, low, Value),
            _ => new Rgb(Value, low, falling),
        };
    }

    static byte ToByte(float share) => (byte)Math.Clamp((int)(share * 255.0), byte.MinValue, byte.MaxValue);

    static byte Round(double value) =>
        (byte)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), byte.MinValue, byte.MaxValue);
}
