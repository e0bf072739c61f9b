using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.ImageTable;

/// <summary>What stands between the cells of a row.</summary>
public enum Separator
{
    /// <summary>The one of the others that the first line has most of.</summary>
    Auto,

    /// <summary><c>,</c></summary>
    Comma,

    /// <summary><c>;</c></summary>
    Semicolon,

    /// <summary>The tabulator.</summary>
    Tab,
}

/// <summary>Where a table of images is and how it is read.</summary>
/// <param name="Root">The folder of relative paths.</param>
/// <param name="Table">The table, below the root or as a full path.</param>
/// <param name="ImageColumn">The column of image paths, below the root or full ones.</param>
/// <param name="SplitColumn">The column of splits.</param>
/// <param name="Separator">What stands between cells.</param>
public sealed record TableFormat(string Root, string Table, string ImageColumn, string SplitColumn, Separator Separator)
{
    /// <summary>The column of splits that may be absent.</summary>
    public const string DefaultSplitColumn = "split";

    /// <summary>The full path of the table.</summary>
    public string TablePath => Path.GetFullPath(HomeFolder.Expand(Table), Root);
}
