using System.Globalization;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.NyuV2;

/// <summary>PNG files of published sets, whose names end in the number of an image.</summary>
sealed class NumberedPngs
{
    readonly string _what;
    readonly string _where;
    readonly Dictionary<int, string> _paths = [];
    readonly int _first;

    /// <summary>Looks for them.</summary>
    /// <param name="what">What they are, in messages.</param>
    /// <param name="folders">Where they lie.</param>
    /// <param name="prefix">What stands before the number.</param>
    public NumberedPngs(string what, IReadOnlyList<string> folders, string prefix)
    {
        (_what, _where) = (what, folders[0]);
        foreach (var path in folders.SelectMany(each => Folders.List(each, Pngs)))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (
                name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                _paths[number] = path;
            }
        }

        _first = _paths.ContainsKey(0) ? 0 : 1; // some sets count from 0

        static IEnumerable<string> Pngs(string folder) => Directory.EnumerateFiles(folder, "*.png");
    }

    /// <summary>Those of the images of some numbers from 1 on.</summary>
    /// <exception cref="DataException">Some are missing.</exception>
    public IReadOnlyList<ImageFile> Of(IReadOnlyList<int> numbers)
    {
        var missing = new Mistakes(
            count => $"{count:N0} of {numbers.Count:N0} {_what} are missing below {_where}",
            "Unpack the published set there."
        );
        var files = new List<ImageFile>();
        foreach (var number in numbers)
        {
            if (_paths.TryGetValue(number - 1 + _first, out var path))
            {
                files.Add(new ImageFile(Path.GetFileName(path), path));
            }
            else
            {
                missing.Add($"that of image {number}");
            }
        }

        missing.ThrowIfAny();
        return files;
    }
}
