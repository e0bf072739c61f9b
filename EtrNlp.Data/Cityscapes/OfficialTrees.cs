using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;

namespace EtrNlp.Data.Cityscapes;

/// <summary>A tree of files of one kind: <c>{folder}/{split}/{city}/{stem}{suffix}</c>.</summary>
/// <param name="Folder">Its folder below the root.</param>
/// <param name="Suffix">How its files end.</param>
/// <param name="Archive">The archive that it is unpacked from.</param>
sealed record OfficialTree(string Folder, string Suffix, string Archive)
{
    public static OfficialTree Images { get; } = new("leftImg8bit", "_leftImg8bit.png", "leftImg8bit_trainvaltest.zip");
    public static OfficialTree Labels { get; } = new("gtFine", "_gtFine_labelIds.png", "gtFine_trainvaltest.zip");
    public static OfficialTree Disparity { get; } = new("disparity", "_disparity.png", "disparity_trainvaltest.zip");
    public static OfficialTree Cameras { get; } = new("camera", "_camera.json", "camera_trainvaltest.zip");
}

/// <summary>
/// The trees of the official release. Files belong together by city, sequence and frame; frames have no fixed number.
/// Train and val are read: labels of test are not published.
/// </summary>
sealed class OfficialTrees(string root)
{
    static readonly Split[] _splits = [Split.Train, Split.Val];

    readonly (Split Split, string City, string Stem)[] _images =
    [
        .. _splits.SelectMany(split =>
            Cities(Path.Combine(root, OfficialTree.Images.Folder, Name(split)))
                .SelectMany(city => Stems(city).Select(stem => (split, Path.GetFileName(city), stem)))
        ),
    ];

    /// <summary>The layout, known by the folder of images.</summary>
    public static Layout Layout { get; } = new("official", OfficialTree.Images.Folder);

    /// <summary>The images with their splits and the files of some other trees.</summary>
    /// <exception cref="DataException">Files are missing or empty, or images are in both splits.</exception>
    public LabelTable Read(IReadOnlyList<OfficialTree> maps)
    {
        RefuseShared();
        return new(Files(OfficialTree.Images), [.. _images.Select(image => image.Split)], [])
        {
            Maps = [.. maps.Select(Files)],
        };
    }

    /// <summary>The file of each image in a tree.</summary>
    /// <exception cref="DataException">Files are missing or empty.</exception>
    public ImageFile[] Files(OfficialTree tree)
    {
        var mistakes = new Mistakes(
            count => $"{count:N0} of {_images.Length:N0} images have no {tree.Suffix[1..]} below {root}",
            $"Unpack {tree.Archive} there again."
        );
        var files = Array.ConvertAll(_images, image => File(tree, image));
        foreach (var inFolder in files.GroupBy(file => Path.GetDirectoryName(file.Path)!))
        {
            var lengths = Lengths(inFolder.Key, tree);
            foreach (var file in inFolder)
            {
                if (lengths.GetValueOrDefault(Path.GetFileName(file.Path)) == 0)
                {
                    var isEmpty = lengths.ContainsKey(Path.GetFileName(file.Path));
                    mistakes.Add($"{file.Name} is {(isEmpty ? "empty" : "missing")}");
                }
            }
        }

        mistakes.ThrowIfAny();
        return files;
    }

    // An image that was learned from says nothing about others.
    void RefuseShared()
    {
        var mistakes = new Mistakes(
            count => $"{count:N0} images below {root} are in both train and val",
            "Remove each from the split that it does not belong to."
        );
        foreach (var stem in StemsOf(Split.Train).Intersect(StemsOf(Split.Val)))
        {
            mistakes.Add(stem);
        }

        mistakes.ThrowIfAny();

        IEnumerable<string> StemsOf(Split split) =>
            _images.Where(image => image.Split == split).Select(image => image.Stem);
    }

    ImageFile File(OfficialTree tree, (Split Split, string City, string Stem) image)
    {
        var name = $"{tree.Folder}/{Name(image.Split)}/{image.City}/{image.Stem}{tree.Suffix}";
        return new ImageFile(name, Path.Combine(root, name));
    }

    // One look at each folder takes less time than one at each file.
    static Dictionary<string, long> Lengths(string folder, OfficialTree tree) =>
        Folders
            .List(folder, path => new DirectoryInfo(path).EnumerateFiles($"*{tree.Suffix}"))
            .ToDictionary(file => file.Name, file => file.Length);

    static string[] Cities(string folder) =>
        [.. Folders.List(folder, Directory.EnumerateDirectories).Order(StringComparer.Ordinal)];

    // Names with a dot in front are notes of file managers.
    static IEnumerable<string> Stems(string city) =>
        Folders
            .List(city, path => Directory.EnumerateFiles(path, $"*{OfficialTree.Images.Suffix}"))
            .Select(path => Path.GetFileName(path)[..^OfficialTree.Images.Suffix.Length])
            .Where(stem => stem.Length > 0 && stem[0] != '.')
            .Order(StringComparer.Ordinal);

    static string Name(Split split) => Values.SnakeCase(split);
}
