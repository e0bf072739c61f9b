using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>Folders of data, which may be missing, or not for everybody to read.</summary>
public static class Folders
{
    /// <summary>What is in a folder; nothing where there is none.</summary>
    /// <exception cref="DataException">It may not be read.</exception>
    public static T[] List<T>(string folder, Func<string, IEnumerable<T>> list)
    {
        try
        {
            return Directory.Exists(folder) ? [.. list(folder)] : [];
        }
        catch (UnauthorizedAccessException)
        {
            throw new DataException($"the folder {folder} may not be read; give yourself the right to read it");
        }
    }
}
