using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Checkpoints;

/// <summary>What a <c>lease.json</c> holds at one moment.</summary>
/// <param name="Text">Its text, empty where it cannot be read; null where there is none.</param>
/// <param name="Holder">Who has the run; null where nobody does, or the text is damaged.</param>
readonly record struct FoundLease(string? Text, LeaseHolder? Holder)
{
    const int MostBytes = 1 << 13;

    /// <summary>Looks at a run's.</summary>
    /// <exception cref="DataException">A symbolic link lies there.</exception>
    internal static FoundLease In(RunFolder folder) => At(folder.LeasePath);

    /// <summary>Looks at a file that may be one.</summary>
    /// <exception cref="DataException">It is a symbolic link.</exception>
    internal static FoundLease At(string path)
    {
        SymbolicLinks.Refuse(path);
        try
        {
            var text = RegularFile.ReadText(path, MostBytes);
            return new FoundLease(text, LeaseHolder.Of(text));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FoundLease(null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new FoundLease("", null);
        }
    }
}
