using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>
/// The depth of every pixel, which is the number in its file times a scale; 0, what is not finite, and one number of
/// choice are unknown. The numbers may be those of inverse depth, as a disparity.
/// </summary>
public sealed record DepthMap(string Column, double Scale, double Unknown, bool Inverse) : IMapColumn
{
    static readonly Setting<string> ColumnKey = new(
        "column",
        "The column of paths of 16-bit grey PNG or .npy files.",
        Values.Text
    );
    static readonly Setting<double> ScaleKey = new(
        "scale",
        "What the numbers are multiplied by; 0.001 makes metres of millimetres.",
        Values.Number().Where(scale => scale > 0, "a number > 0"),
        "1"
    );
    static readonly Setting<double> UnknownKey = new(
        "unknown",
        "The number of pixels whose depth is unknown; so are 0 and NaN.",
        Values.Number(),
        "0"
    );
    static readonly Setting<bool> InverseKey = new(
        "inverse",
        "Whether larger numbers are nearer, as those of a disparity; rescale_crop multiplies them.",
        Values.Flag,
        "false",
        Added: true
    );

    /// <summary>The kind in the registry.</summary>
    public static Entry<IMapColumn> Entry { get; } =
        new(
            "depth",
            "The depth of every pixel.",
            "16-bit grey PNG, or .npy of [height, width] or [height, width, 1]",
            [ColumnKey, ScaleKey, UnknownKey, InverseKey],
            values => new DepthMap(
                values.Get(ColumnKey),
                values.Get(ScaleKey),
                values.Get(UnknownKey),
                values.Get(InverseKey)
            )
        );

    /// <inheritdoc/>
    public string Text => FormattableString.Invariant($"depth scale {Scale:R} unknown {Unknown:R}");

    /// <inheritdoc/>
    public DepthKind Depth => Inverse ? DepthKind.Inverse : DepthKind.Distance;

    /// <inheritdoc/>
    public string? Remedy => "check unknown and scale";

    /// <summary>A number in single precision; 0 where it is unknown.</summary>
    public int PixelBytes => sizeof(float);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var numbers = MapNumbers.Read(
            file,
            name,
            1,
            type => type == "16-bit grey" || (type.StartsWith('\'') && type != "'|b1'"),
            "16-bit grey or .npy, which keep every number of depth"
        );
        var unknown = Rounded(Unknown, numbers.Type);
        var depths = new float[numbers.Values.Length];
        for (var i = 0; i < depths.Length; i++)
        {
            var number = numbers.Values[i];
            if (number == unknown || !double.IsFinite(number))
            {
                continue;
            }

            depths[i] = (float)(number * Scale);
            if (depths[i] < 0 || !float.IsFinite(depths[i]))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has {number} in {numbers.Size.PlaceOf(i)}, ")
                        + "which is no depth"
                );
            }
        }

        return Floats.Grid(depths, numbers.Size);
    }

    // As the file has it: 999.9 is no number of single precision.
    static double Rounded(double number, string type) =>
        type.Contains("f4", StringComparison.Ordinal) ? (float)number
        : type.Contains("f2", StringComparison.Ordinal) ? (double)(Half)number
        : number;

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => map is PixelMap.Depth ? Floats.Read : null;
}
