namespace EtrNlp.Data.Configuration;

/// <summary>
/// The <c>~</c> and <c>~name</c> that a path may start with. A shell replaces them at the beginning of a word, but not
/// behind the '=' of an option or inside quotes. Without this a folder of that name would be made.
/// </summary>
public static class HomeFolder
{
    const string Accounts = "/etc/passwd";
    const int NameField = 0;
    const int FolderField = 5;

    /// <summary>
    /// The path with the home folder in place of its <c>~</c>; a name that nobody has stays as it is, as in a shell.
    /// </summary>
    public static string Expand(string path)
    {
        if (!path.StartsWith('~'))
        {
            return path;
        }

        var end = path.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar);
        var (name, rest) = end < 0 ? (path[1..], "") : (path[1..end], path[end..]);
        return (name.Length == 0 ? Own : Of(name)) is { Length: > 0 } home ? home + rest : path;
    }

    static string Own =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    static string? Of(string name)
    {
        try
        {
            return !File.Exists(Accounts)
                ? null
                : File.ReadLines(Accounts)
                    .Select(line => line.Split(':'))
                    .FirstOrDefault(fields => fields.Length > FolderField && fields[NameField] == name)
                    ?[FolderField];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
