using EtrNlp.Data.Files;

namespace EtrNlp.Data.Images;

/// <summary>What files were at a moment (UTC), or soon after it.</summary>
sealed record FoundFiles(DateTime At, FileState[] States)
{
    /// <summary>Looks at all of them, on all processors; a <see cref="FileList"/> remembers it for one taker.</summary>
    public static FoundFiles Look(IReadOnlyList<ImageFile> files) =>
        files is FileList list ? list.Found = Of(files) : Of(files);

    /// <summary>What was found when the files were last looked at, or else is found now.</summary>
    public static FoundFiles Take(IReadOnlyList<ImageFile> files)
    {
        if (files is not FileList { Found: { } found } list)
        {
            return Of(files);
        }

        list.Found = null; // the next one to ask must notice what has changed meanwhile
        return found;
    }

    /// <summary>The same of some of them.</summary>
    public FoundFiles Only(IReadOnlyList<int> files) => new(At, [.. files.Select(file => States[file])]);

    static FoundFiles Of(IReadOnlyList<ImageFile> files)
    {
        var found = new FoundFiles(DateTime.UtcNow, new FileState[files.Count]);
        Concurrent.For(files.Count, i => found.States[i] = FileState.Of(files[i].Path), CancellationToken.None);
        return found;
    }
}
