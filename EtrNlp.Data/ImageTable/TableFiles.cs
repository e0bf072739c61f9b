using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.ImageTable;

/// <summary>The files that a table names.</summary>
static class TableFiles
{
    /// <summary>Looks whether all are there.</summary>
    /// <exception cref="DataException">Some are missing or no regular files.</exception>
    public static void ThrowIfMissing(
        TableFormat format,
        IReadOnlyList<ImageFile> files,
        string what,
        string replacement
    )
    {
        var missing = new Mistakes(
            count => $"{format.TablePath}: {count:N0} of {files.Count:N0} {what} are missing below {format.Root}",
            "Copy them there or take their rows out; is dataset.root the right folder?"
        );
        var unreadable = new Mistakes(
            count => $"{format.TablePath}: {count:N0} of {files.Count:N0} {what} cannot be read",
            $"Replace them by {replacement} or take their rows out."
        );
        foreach (var (i, found) in FoundFiles.Look(files).States.Index())
        {
            switch (RegularFile.Obstacle(found.Kind))
            {
                case null:
                    break;
                case RegularFile.Missing:
                    missing.Add(() => files[i].Name + UnicodeForm.Hint(files[i].Path));
                    break;
                case var obstacle:
                    unreadable.Add($"{files[i].Name} is {obstacle}");
                    break;
            }
        }

        missing.ThrowIfAny();
        unreadable.ThrowIfAny();
    }
}
