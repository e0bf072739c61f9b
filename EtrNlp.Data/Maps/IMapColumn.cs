namespace EtrNlp.Data.Maps;

/// <summary>A column of a table that names a map of each image.</summary>
public interface IMapColumn : IMapFile
{
    /// <summary>The name of the column.</summary>
    string Column { get; }

    string IMapFile.Summary => $"column {Column}";
}
