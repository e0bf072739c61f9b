namespace EtrNlp.Data.Configuration;

/// <summary>Where a setting was written.</summary>
/// <param name="Source">The file, or what was typed on the command line.</param>
/// <param name="Line">From 1; 0 on the command line.</param>
/// <param name="Column">From 1.</param>
public readonly record struct Place(string Source, long Line, long Column)
{
    /// <summary>The place of something given on the command line, quoted as the user typed it.</summary>
    public static Place OnCommandLine(string text) => new(text, 0, 0);

    /// <summary>The place of a value nobody wrote.</summary>
    public static Place Default { get; } = new("default", 0, 0);

    /// <summary>True where the setting stands in a file.</summary>
    public bool InFile => Line > 0;

    /// <summary><c>file(line,column)</c>, the form editors jump to.</summary>
    public override string ToString() => InFile ? $"{Source}({Line},{Column})" : Source;
}
