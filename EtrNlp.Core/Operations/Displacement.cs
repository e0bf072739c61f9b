namespace EtrNlp.Core.Operations;

/// <summary>Where the shift operation moves channels.</summary>
public enum Displacement
{
    /// <summary>Each to one of its nine neighbours, by its place (Wu et al. 2018).</summary>
    Grouped,

    /// <summary>Each to where it has learned to (Chen et al. 2019).</summary>
    Learned,
}
