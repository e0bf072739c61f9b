using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.CelebA;

/// <summary>Reads the split of every image: 0 is train, 1 is val, 2 is test.</summary>
static class PartitionReader
{
    /// <summary>The splits of images in the order in which the list of attributes names them.</summary>
    /// <exception cref="DataException">The list has mistakes, or names other images.</exception>
    public static Split[] Read(CelebAFiles files, ListedImages images) =>
        CelebAList.ReadPartition(files, list => Read(list, files, images));

    static Split[] Read(CelebAList list, CelebAFiles files, ListedImages images)
    {
        var (image, split) = (list.Find(CelebAList.ImageColumn), list.Find(CelebAList.SplitColumn));
        var splits = new List<Split>();
        var unknown = new Mistakes(
            count => $"{list.Path}: rows with an unknown split ({count:N0})",
            "Splits are 0 (train), 1 (val) and 2 (test); copy the list again."
        );
        var others = new Mistakes(
            count => $"{list.Path}: rows that name other images than those of {files.Attributes} ({count:N0})",
            "The two lists do not belong together; copy both again."
        );
        foreach (var row in list.Rows)
        {
            var (at, name) = (splits.Count, row.Cells[image]);
            if (at >= images.Files.Count || name != images.Files.NameOf(at))
            {
                others.Add(() => $"line {row.Line} has {name}, {Instead(images, at)}");
            }

            if (Parse(row.Cells[split]) is not { } found)
            {
                unknown.Add($"line {row.Line} has '{row.Cells[split]}'");
                found = default;
            }

            splits.Add(found);
        }

        for (var i = splits.Count; i < images.Files.Count; i++)
        {
            others.Add($"{images.Files.NameOf(i)} of the other's line {images.Lines[i]} is missing");
        }

        unknown.ThrowIfAny();
        others.ThrowIfAny();
        return [.. splits];
    }

    static Split? Parse(string cell) =>
        cell switch
        {
            "0" => Split.Train,
            "1" => Split.Val,
            "2" => Split.Test,
            _ => null,
        };

    static string Instead(ListedImages images, int at) =>
        at < images.Files.Count
            ? $"line {images.Lines[at]} of the other has {images.Files.NameOf(at)}"
            : "the other has ended";
}
