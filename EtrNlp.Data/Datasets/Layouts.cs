using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>A way in which the files of a dataset may lie in a folder.</summary>
/// <param name="Name">How experiment files name it.</param>
/// <param name="Mark">The file or folder by which it is known, relative to the folder.</param>
sealed record Layout(string Name, string Mark);

/// <summary>How the files of a published dataset lie in the folder.</summary>
public enum LayoutChoice
{
    /// <summary>Whichever is there.</summary>
    Auto,

    /// <summary>As they were published.</summary>
    Official,

    /// <summary>Folders of numbered .npy files, as others have prepared them.</summary>
    Pack,
}

/// <summary>Finds the files of a dataset in its root, or in one folder below it.</summary>
static class Layouts
{
    static readonly EnumerationOptions _readable = new() { IgnoreInaccessible = true };

    /// <summary>The key of the folder.</summary>
    public static Setting<string> RootKey { get; } =
        new("root", "The folder of the files, or the folder above it.", PathValue.Type, Cosmetic: true);

    /// <summary>The key of the choice; <paramref name="marks"/> says what the layouts are.</summary>
    public static Setting<LayoutChoice> KeyOf(string marks) =>
        new("layout", $"{marks}; auto looks for both.", Values.Choice<LayoutChoice>(), "auto", Cosmetic: true);

    /// <summary>Looks for the chosen layout, or for either.</summary>
    /// <exception cref="DataException">None is there, or several are.</exception>
    public static (string Folder, Layout Layout) Find(
        string root,
        string dataset,
        LayoutChoice choice,
        Layout official,
        Layout pack
    )
    {
        Layout[] layouts = choice switch
        {
            LayoutChoice.Official => [official],
            LayoutChoice.Pack => [pack],
            _ => [official, pack],
        };
        string[] below = [.. Folders.List(root, path => Directory.GetDirectories(path, "*", _readable)).Order()];
        var found = Of(root).ToArray();
        found = found.Length > 0 ? found : [.. below.SelectMany(Of)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new DataException(
                $"{root} and the folders in it hold no {dataset}; looked for "
                    + $"{string.Join(" and ", layouts.Select(layout => $"{layout.Mark} ({layout.Name} layout)"))}: "
                    + "is dataset.root the right folder?"
            ),
            _ => throw new DataException(
                $"{root} holds {dataset} several times ({string.Join(", ", found.Select(Describe))}); "
                    + "set dataset.root or dataset.layout to one of them"
            ),
        };

        IEnumerable<(string Folder, Layout Layout)> Of(string folder) =>
            layouts.Where(layout => Path.Exists(Path.Combine(folder, layout.Mark))).Select(layout => (folder, layout));

        string Describe((string Folder, Layout Layout) place) =>
            Path.GetRelativePath(root, Path.Combine(place.Folder, place.Layout.Mark)).Replace('\\', '/');
    }
}
