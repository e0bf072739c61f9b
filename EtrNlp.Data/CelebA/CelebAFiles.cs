using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.CelebA;

/// <summary>How the files lie below the root.</summary>
public enum CelebALayout
{
    /// <summary>The one of the others that most files are there of.</summary>
    Auto,

    /// <summary>Folders <c>Img</c>, <c>Anno</c> and <c>Eval</c>, as published.</summary>
    Official,

    /// <summary>The same lists and the folder of images side by side.</summary>
    Flat,

    /// <summary>Side by side, the lists as comma-separated tables.</summary>
    Csv,
}

/// <summary>The two lists and the folder of images, which exist.</summary>
/// <param name="Layout">How they lie.</param>
/// <param name="Attributes">The list of attributes.</param>
/// <param name="Partition">The list of splits.</param>
/// <param name="Images">The folder of images.</param>
sealed record CelebAFiles(CelebALayout Layout, string Attributes, string Partition, string Images)
{
    const string Folder = "img_align_celeba";

    /// <summary>Looks for the files in a folder and in <c>celeba</c> below it.</summary>
    /// <exception cref="DataException">They are not there, or not all of them.</exception>
    public static CelebAFiles Find(string root, CelebALayout layout)
    {
        CelebAFiles[] possible =
        [
            .. Below(root)
                .Concat(Below(Path.Combine(root, "celeba")))
                .Where(files => layout == CelebALayout.Auto || files.Layout == layout),
        ];
        var found = possible.MinBy(files => files.Missing.Length)!;
        string[] missing = [.. found.Missing.Select(path => Path.GetRelativePath(root, path))];
        return missing.Length switch
        {
            0 => found with { Images = Innermost(found.Images) },
            _ when found.HasList => throw new DataException(
                $"{root} holds CelebA in the {found.LayoutName} layout without {string.Join(" and ", missing)}; "
                    + $"copy it there ({Folder} is unpacked from {Folder}.zip)"
            ),
            _ => throw new DataException(
                $"{root} holds no lists of CelebA; looked for {string.Join(", ", possible.Take(3).Select(Expected))}: "
                    + "is dataset.root the right folder?"
            ),
        };

        string Expected(CelebAFiles files) =>
            $"{Path.GetRelativePath(root, files.Attributes)} ({files.LayoutName} layout)";
    }

    /// <summary>The layout as experiment files name it.</summary>
    public string LayoutName => Layout.ToString().ToLowerInvariant();

    bool HasList => File.Exists(Attributes) || File.Exists(Partition);

    string[] Missing =>
        [
            .. Array.FindAll([Attributes, Partition], path => !File.Exists(path)),
            .. Array.FindAll([Images], path => !Directory.Exists(path)),
        ];

    static CelebAFiles[] Below(string root) =>
        [
            new(
                CelebALayout.Official,
                Path.Combine(root, "Anno", "list_attr_celeba.txt"),
                Path.Combine(root, "Eval", "list_eval_partition.txt"),
                Path.Combine(root, "Img", Folder)
            ),
            Flat(root, CelebALayout.Flat, "txt"),
            Flat(root, CelebALayout.Csv, "csv"),
        ];

    static CelebAFiles Flat(string root, CelebALayout layout, string extension) =>
        new(
            layout,
            Path.Combine(root, $"list_attr_celeba.{extension}"),
            Path.Combine(root, $"list_eval_partition.{extension}"),
            Path.Combine(root, Folder)
        );

    // Archives that hold the folder itself are often unpacked into a folder of the same name.
    static string Innermost(string images) =>
        Path.Combine(images, Folder) is var inner && Directory.Exists(inner) ? inner : images;
}
