using System.Globalization;
using System.Text;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// Names that look the same and are not: an é is one character or two. A Mac may write names in the second form while
/// the table has the first. The program has no tables of Unicode: a character beyond ASCII is taken to be like every
/// other, and like every letter with marks.
/// </summary>
static class UnicodeForm
{
    const char Any = '\uFFFF';

    /// <summary>
    /// What there is in the other form in place of a missing file, as "X ..." goes on; empty if nothing is.
    /// </summary>
    public static string Hint(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        while (folder is not null && !Directory.Exists(folder))
        {
            (folder, name) = (Path.GetDirectoryName(folder), Path.GetFileName(folder));
        }

        if (folder is null || name is null || Ascii.IsValid(name))
        {
            return "";
        }

        var found = Entries(folder).FirstOrDefault(entry => IsOtherForm(entry, name));
        return found is null
            ? ""
            : $" (the table has {Spelled(name)}, the folder {Spelled(found)}; write them with the same characters)";
    }

    static bool IsOtherForm(string a, string b) => IsComposed(a) != IsComposed(b) && Outline(a) == Outline(b);

    static IEnumerable<string> Entries(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool IsComposed(string name) => !name.Any(Extends);

    // The name with one sign for each character that has, or may have, marks.
    static string Outline(string name)
    {
        var outline = new StringBuilder();
        foreach (var c in name)
        {
            if (Extends(c) && outline.Length > 0)
            {
                outline[^1] = Any;
            }
            else
            {
                outline.Append(char.IsAscii(c) ? c : Any);
            }
        }

        return outline.ToString();
    }

    // Marks, and the second and third part of a Hangul syllable.
    static bool Extends(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        || c is >= '\u1160' and <= '\u11FF';

    static string Spelled(string name) =>
        string.Concat(name.Select(c => char.IsAscii(c) ? c.ToString() : $"\\u{(int)c:x4}"));
}
