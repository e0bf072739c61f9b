using System.Collections.Immutable;
using System.Text;

namespace EtrNlp.Data.Matlab;

/// <summary>An array as an element holds it: flags, dimensions, name, and then what depends on its class.</summary>
sealed class Mat5Matrix
{
    const int Deepest = 8;
    const uint ComplexFlag = 0x800;

    readonly uint _flags;
    readonly ImmutableArray<int> _shape;
    readonly int _count;
    readonly IEnumerator<Mat5Element> _parts;
    readonly int _depth;

    Mat5Matrix(Mat5Element element, int depth)
    {
        if (element.Type != Mat5Type.Matrix)
        {
            throw new InvalidDataException($"an element of type {(int)element.Type} stands in place of an array");
        }

        if (depth > Deepest)
        {
            throw new InvalidDataException($"arrays lie in more than {Deepest} others");
        }

        _depth = depth;
        _parts = new Mat5Elements(element.Data, element.IsBig).GetEnumerator();
        var flags = Next(Mat5Type.UInt32);
        _flags = flags.Data.Length == 8 ? Mat5Element.UInt32(flags.Data.Span, flags.IsBig) : 0;
        _shape = [.. Next(Mat5Type.Int32).Numbers().Select(length => (int)length)];
        var count = _shape.Aggregate(1L, (product, side) => Math.Min(product * Math.Max(side, 0), int.MaxValue));
        _count = _shape.Length >= 2 && _shape.All(side => side >= 0) && count <= element.Data.Length
            ? (int)count
            : throw new InvalidDataException("an array has more values than bytes");
        Name = Encoding.Latin1.GetString(Next(Mat5Type.Int8).Data.Span);
    }

    enum Class
    {
        Cell = 1,
        Struct = 2,
        Char = 4,
        Double = 6,
        UInt64 = 15,
    }

    /// <summary>The name of a variable; nothing within another array.</summary>
    public string Name { get; }

    /// <summary>Reads what stands before the values.</summary>
    /// <exception cref="InvalidDataException">The element is no array.</exception>
    public static Mat5Matrix Open(Mat5Element element) => new(element, 0);

    /// <summary>Reads the values.</summary>
    /// <exception cref="InvalidDataException">They are damaged, or of a class that is not read.</exception>
    public MatValue Read()
    {
        var kind = (Class)(_flags & 0xFF);
        return (_flags & ComplexFlag) != 0 ? throw new InvalidDataException("complex numbers are not read")
            : kind switch
            {
                Class.Cell => new MatValue.Cells(Inner(_count)),
                Class.Struct => Fields(),
                Class.Char => new MatValue.Text(OfLength(Next().Text(), text => text.Length)),
                >= Class.Double and <= Class.UInt64 => new MatValue.Numbers(
                    _shape,
                    OfLength(Next().Numbers(), numbers => numbers.Length)
                ),
                _ => throw new InvalidDataException($"arrays of class {(int)kind} are not read"),
            };
    }

    ImmutableArray<MatValue> Inner(int count)
    {
        var values = ImmutableArray.CreateBuilder<MatValue>();
        for (var i = 0; i < count; i++)
        {
            var element = Next(Mat5Type.Matrix);
            values.Add(
                element.Data.Length == 0
                    ? new MatValue.Numbers([0, 0], [])
                    : new Mat5Matrix(element, _depth + 1).Read()
            );
        }

        return values.ToImmutable();
    }

    MatValue.Struct Fields()
    {
        if (_count != 1)
        {
            throw new InvalidDataException($"an array of {_count} structures is not read");
        }

        var length = Next(Mat5Type.Int32).Numbers() is [>= 1 and <= 64 and var bytes] ? (int)bytes : 0;
        var names = Next(Mat5Type.Int8).Data;
        if (length == 0 || names.Length % length != 0)
        {
            throw new InvalidDataException("names of fields have no length");
        }

        var fields = ImmutableDictionary.CreateBuilder<string, MatValue>();
        var values = Inner(names.Length / length);
        for (var i = 0; i < values.Length; i++)
        {
            fields[Encoding.Latin1.GetString(names.Span.Slice(i * length, length)).TrimEnd('\0')] = values[i];
        }

        return new MatValue.Struct(fields.ToImmutable());
    }

    T OfLength<T>(T values, Func<T, int> lengthOf) =>
        lengthOf(values) == _count
            ? values
            : throw new InvalidDataException($"{lengthOf(values)} values stand where {_count} belong");

    Mat5Element Next(Mat5Type type) =>
        Next() is var element && element.Type == type
            ? element
            : throw new InvalidDataException($"an element of type {(int)element.Type} stands in place of {type}");

    Mat5Element Next() =>
        _parts.MoveNext() ? _parts.Current : throw new InvalidDataException("it ends within an array");
}
