using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>
/// The class of every pixel as the number in a grey or palette PNG: the numbers 0, 1, 2, ... that are not void are the
/// classes in their order.
/// </summary>
public sealed record ClassMap : IMapColumn
{
    const int Numbers = 256;

    static readonly Setting<string> ColumnKey = new(
        "column",
        "The column of paths of grey or palette PNG files.",
        Values.Text
    );
    static readonly Setting<ImmutableArray<string>> ClassesKey = new(
        "classes",
        "Names of the numbers 0, 1, 2, ... that are not void, in their order.",
        Values
            .List(Values.Text, min: 1)
            .Where(
                names => names.Distinct().Count() == names.Length && names.Length < Numbers,
                "a list of different names, at most 255"
            )
    );
    static readonly Setting<ImmutableArray<int>> VoidKey = new(
        "void",
        "Numbers of pixels that have no class.",
        Values
            .List(Values.Integer(min: 0, max: Numbers - 1))
            .Where(numbers => numbers.Distinct().Count() == numbers.Length, "a list of different integers"),
        "[255]"
    );

    // By number: the position of its class, Unknown where it is void, -1 where it is neither.
    readonly int[] _positions = new int[Numbers];

    ClassMap(string column, ImmutableArray<string> classes, ImmutableArray<int> voids)
    {
        (Column, Classes) = (column, classes);
        Text = $"classes {string.Join('\n', classes)}\nvoid {string.Join(' ', voids.Order())}";
        var position = 0;
        for (var number = 0; number < Numbers; number++)
        {
            _positions[number] =
                voids.Contains(number) ? KeptClasses.Unknown
                : position < classes.Length ? position++
                : -1;
        }

        if (position < classes.Length)
        {
            throw new InvalidSettingException(
                ClassesKey.Name,
                $"a pixel is a number from 0 to 255; {voids.Length} are void, "
                    + $"which leaves too few for {classes.Length} classes"
            );
        }
    }

    /// <summary>The kind in the registry.</summary>
    public static Entry<IMapColumn> Entry { get; } =
        new(
            "classes",
            "The class of every pixel.",
            "grey or palette PNG of 1 to 8 bits",
            [ColumnKey, ClassesKey, VoidKey],
            values => new ClassMap(values.Get(ColumnKey), values.Get(ClassesKey), values.Get(VoidKey))
        );

    /// <inheritdoc/>
    public string Column { get; }

    /// <summary>Names in the order of their numbers.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <inheritdoc/>
    public string Text { get; }

    /// <inheritdoc/>
    public string? Remedy => "set classes and void to what they have";

    /// <summary>The position of the class; 255 where there is none.</summary>
    public int PixelBytes => 1;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        if (png.Format is not { Channels: 1, Bits: <= 8 })
        {
            throw new DataException(
                $"{name} is {png.Format}, expected grey or palette of at most 8 bits, whose numbers are classes"
            );
        }

        var kept = new byte[png.Values.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var position = _positions[png.Values[i]];
            if (position < 0)
            {
                throw new DataException(
                    $"{name} has {png.Values[i]} in {png.Size.PlaceOf(i)}, "
                        + $"which is none of {Classes.Length} classes and not void"
                );
            }

            kept[i] = (byte)position;
        }

        return new PixelGrid(kept, png.Size);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => KeptClasses.Find(Classes, map);
}
