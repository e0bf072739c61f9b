using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>How the components of a normal are written.</summary>
public enum NormalEncoding
{
    /// <summary>-1 to 1 as 0 to 255: n = v / 127.5 - 1. Black and the middle grey are unknown.</summary>
    Unit8,

    /// <summary>As they are. 0, 0, 0 and what is not finite are unknown.</summary>
    Float,
}

/// <summary>The surface normal of every pixel; it is brought to length 1.</summary>
public sealed record NormalMap(string Column, NormalEncoding Encoding) : IMapColumn
{
    const int Axes = 3;
    const double Shortest = 0.5;
    const double Longest = 1.1; // interpolation makes normals shorter, and rounding longer by less than 0.01

    static readonly Setting<string> ColumnKey = new(
        "column",
        "The column of paths of RGB PNG or .npy files.",
        Values.Text
    );
    static readonly Setting<NormalEncoding> EncodingKey = new(
        "encoding",
        "unit8: 0 to 255 stand for -1 to 1, in 8-bit RGB or .npy of uint8; float: .npy of components as they are.",
        Values.Choice<NormalEncoding>(),
        "unit8"
    );

    /// <summary>The kind in the registry.</summary>
    public static Entry<IMapColumn> Entry { get; } =
        new(
            "normals",
            "The surface normal of every pixel.",
            "8-bit RGB PNG, or .npy of [height, width, 3]",
            [ColumnKey, EncodingKey],
            values => new NormalMap(values.Get(ColumnKey), values.Get(EncodingKey))
        );

    /// <inheritdoc/>
    public string Text => $"normals {Values.SnakeCase(Encoding)}";

    /// <inheritdoc/>
    public string? Remedy => "check encoding";

    /// <summary>Three numbers in single precision; 0, 0, 0 where it is unknown.</summary>
    public int PixelBytes => Axes * sizeof(float);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var numbers = Encoding switch
        {
            NormalEncoding.Unit8 => MapNumbers.Read(
                file,
                name,
                Axes,
                type => type is "8-bit RGB" or "'|u1'",
                "8-bit RGB or .npy of uint8"
            ),
            _ => MapNumbers.Read(file, name, Axes, type => type.Contains('f'), ".npy of floating point numbers"),
        };
        var normals = new float[numbers.Values.Length];
        for (var i = 0; i < normals.Length; i += Axes)
        {
            var (x, y, z) = Decode(numbers.Values.AsSpan(i, Axes));
            var length = Math.Sqrt((x * x) + (y * y) + (z * z));
            if (length == 0 || !double.IsFinite(length))
            {
                continue;
            }

            if (length is < Shortest or > Longest)
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has a normal of length {length:0.##} in ")
                        + $"{numbers.Size.PlaceOf(i / Axes)}, expected 1, or 0 where it is unknown"
                );
            }

            normals[i] = (float)(x / length);
            normals[i + 1] = (float)(y / length);
            normals[i + 2] = (float)(z / length);
        }

        return Floats.Grid(normals, numbers.Size);
    }

    /// <summary>The normals, or whether they are known where that is all that is asked.</summary>
    public MapReader? Find(PixelMap map) =>
        map switch
        {
            PixelMap.Normals => Floats.Read,
            PixelMap.Depth { IsMask: true } => Known,
            _ => null,
        };

    static void Known(ReadOnlySpan<byte> kept, Span<float> values)
    {
        var normals = Floats.Of(kept);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = normals.Slice(i * Axes, Axes).ContainsAnyExcept(0) ? 1 : 0;
        }
    }

    (double X, double Y, double Z) Decode(ReadOnlySpan<double> numbers)
    {
        if (Encoding == NormalEncoding.Float)
        {
            return (numbers[0], numbers[1], numbers[2]);
        }

        var isUnknown = !numbers.ContainsAnyExcept(0) || !numbers.ContainsAnyExcept(127, 128);
        return isUnknown ? (0, 0, 0) : (Of(numbers[0]), Of(numbers[1]), Of(numbers[2]));

        static double Of(double number) => (number / 127.5) - 1;
    }
}
