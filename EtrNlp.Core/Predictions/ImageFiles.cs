using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;

namespace EtrNlp.Core.Predictions;

/// <summary>The images that paths name: files, and the image files in and below folders.</summary>
public static class ImageFiles
{
    static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>
    /// All of them in the order of their names, each once. The name of a file that is named is its own, that of one
    /// in a folder its path below the folder.
    /// </summary>
    /// <exception cref="DataException">
    /// There is no such path, a folder has no image, or two images have one name.
    /// </exception>
    public static IReadOnlyList<ImageFile> In(IEnumerable<string> paths)
    {
        ImageFile[] all =
        [
            .. paths
                .SelectMany(Of)
                .DistinctBy(file => file.Path)
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        if (all.Zip(all.Skip(1)).FirstOrDefault(pair => pair.First.Name == pair.Second.Name) is ({ } one, { } other))
        {
            throw new DataException(
                $"{one.Path} and {other.Path} are both called {one.Name}, and so would their predictions be; "
                    + "predict them apart, or name a folder that has both"
            );
        }

        return all;
    }

    static IEnumerable<ImageFile> Of(string path)
    {
        var whole = Path.GetFullPath(path);
        if (!Directory.Exists(whole))
        {
            return File.Exists(whole)
                ? [new ImageFile(Path.GetFileName(whole), whole)]
                : throw new DataException($"there is no file or folder {path}");
        }

        ImageFile[] found =
        [
            .. SymbolicLinks
                .EntriesBelow(whole)
                .Where(entry => Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                .Select(entry => new ImageFile(NameBelow(whole, entry.FullName), entry.FullName)),
        ];
        return found.Length > 0
            ? found
            : throw new DataException(
                $"the folder {path} has no image, which is a file named *{string.Join(", *", Extensions)}"
            );
    }

    static string NameBelow(string folder, string path) =>
        Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
