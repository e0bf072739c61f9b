namespace EtrNlp.Data.Configuration;

/// <summary>
/// Where a setting was written: a file with 1-based line and column, or a command-line override (line 0).
/// </summary>
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
