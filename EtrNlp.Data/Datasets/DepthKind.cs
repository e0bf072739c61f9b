namespace EtrNlp.Data.Datasets;

/// <summary>What the numbers of depth maps are.</summary>
public enum DepthKind
{
    /// <summary>Grows with the distance.</summary>
    Distance,

    /// <summary>Grows as the distance shrinks, as disparity does.</summary>
    Inverse,
}
