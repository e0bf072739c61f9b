using System.Globalization;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>
/// Data that others have prepared as arrays: <c>{train,val}/{image,label,depth,...}/{0..N-1}.npy</c>, one of each kind
/// for every image. There is no split test.
/// </summary>
static class NumberedArrays
{
    /// <summary>The folder of the images.</summary>
    public const string Images = "image";

    const string Extension = ".npy";
    const int MostDigits = 7; // a larger number would be a list of missing ones

    static readonly Split[] _splits = [Split.Train, Split.Val];

    /// <summary>The layout, known by the images of train.</summary>
    public static Layout Layout { get; } = new("pack", $"train/{Images}");

    /// <summary>Lists the images and the asked-for maps, in the order of their numbers, without opening any.</summary>
    /// <exception cref="DataException">
    /// A number is left out, or is not there of every kind; or a file is empty, or no file.
    /// </exception>
    public static PublishedFiles Read(string root, BoundMaps maps, Remarks remarks)
    {
        var table = Read(root, [Images, .. maps.Files.Cast<IArrayMap>().Select(map => map.Folder)]);
        return new PublishedFiles(table, maps, () => ArrayImages.Like(table.Images[0], remarks), remarks);
    }

    static LabelTable Read(string root, string[] kinds)
    {
        var missing = new Mistakes(
            count => $"{count:N0} arrays are missing below {root}",
            "Numbers go from 0 to the last without a gap, the same in every folder: copy the folders again."
        );
        var counts = Array.ConvertAll(_splits, split => Count(root, split, kinds, missing));
        missing.ThrowIfAny();
        var files = Array.ConvertAll(kinds, List);
        RequireReadable(root, [.. files.SelectMany(kind => kind)]);
        return new LabelTable(
            files[0],
            [.. _splits.Zip(counts).SelectMany(pair => Enumerable.Repeat(pair.First, pair.Second))],
            []
        )
        {
            Maps = files[1..],
        };

        ImageFile[] List(string kind) =>
            [
                .. _splits
                    .Zip(counts)
                    .SelectMany(pair => Enumerable.Range(0, pair.Second).Select(i => Name(pair.First, kind, i)))
                    .Select(name => new ImageFile(name, Path.Combine(root, name))),
            ];
    }

    static void RequireReadable(string root, ImageFile[] files)
    {
        var unreadable = new Mistakes(
            count => $"{count:N0} of {files.Length:N0} arrays cannot be read below {root}",
            "Copy them again."
        );
        foreach (var (i, found) in FoundFiles.Look(files).States.Index())
        {
            if (found.Obstacle is { } obstacle)
            {
                unreadable.Add($"{files[i].Name} is {obstacle}");
            }
        }

        unreadable.ThrowIfAny();
    }

    // One more than the highest number of any kind; whatever lacks below it is missing.
    static int Count(string root, Split split, string[] kinds, Mistakes missing)
    {
        var found = Array.ConvertAll(kinds, kind => Numbers(Path.Combine(root, FolderOf(split, kind))));
        var count = found.Max(numbers => numbers.Count == 0 ? 0 : numbers.Max() + 1);
        var most = found.Max(numbers => numbers.Count);
        foreach (var (kind, numbers) in kinds.Zip(found))
        {
            if (count - 1 > 2 * most && numbers.Contains(count - 1))
            {
                throw new DataException(
                    $"{Path.Combine(root, Name(split, kind, count - 1))} has a number far above the "
                        + $"{most:N0} arrays that there are; remove it, or copy the folders again"
                );
            }

            foreach (var number in Enumerable.Range(0, count).Where(number => !numbers.Contains(number)))
            {
                missing.Add(() => Name(split, kind, number));
            }
        }

        return count;
    }

    static HashSet<int> Numbers(string folder) =>
        [
            .. Folders
                .List(folder, path => Directory.EnumerateFileSystemEntries(path, $"*{Extension}"))
                .Select(Path.GetFileNameWithoutExtension)
                .Select(name => (Name: name, Number: ParseOrNone(name)))
                .Where(file => file.Number >= 0 && file.Name == Text(file.Number))
                .Select(file => file.Number),
        ];

    static int ParseOrNone(string? name) =>
        name?.Length <= MostDigits
        && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    static string Name(Split split, string kind, int number) => $"{FolderOf(split, kind)}/{Text(number)}{Extension}";

    static string FolderOf(Split split, string kind) => $"{Values.SnakeCase(split)}/{kind}";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
