using System.Collections.Immutable;

namespace EtrNlp.Data.Matlab;

/// <summary>The value of a MATLAB variable.</summary>
public abstract record MatValue
{
    /// <summary>An array of numbers of any class, or of truth values; the first index varies fastest.</summary>
    public sealed record Numbers(ImmutableArray<int> Shape, double[] Values) : MatValue;

    /// <summary>Characters, column by column: a text where there is one row.</summary>
    public sealed record Text(string Value) : MatValue;

    /// <summary>An array of values; the first index varies fastest.</summary>
    public sealed record Cells(ImmutableArray<MatValue> Values) : MatValue;

    /// <summary>One structure: values by names.</summary>
    public sealed record Struct(ImmutableDictionary<string, MatValue> Fields) : MatValue;
}
