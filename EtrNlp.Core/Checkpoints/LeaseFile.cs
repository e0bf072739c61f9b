namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// <c>lease.json</c>, which is replaced whole. Each process writes it under a name of its own first, so that two that
/// write at once never have one file.
/// </summary>
static class LeaseFile
{
    // Whoever writes for so long is dead or hangs, and has lost the run in any case.
    static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(2);

    /// <summary>Writes it; <paramref name="guard"/> is that of <see cref="AtomicFile"/>.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(RunFolder folder, LeaseHolder holder, Action guard)
    {
        var draft = DraftOf(folder, holder.Token);
        try
        {
            AtomicFile.WriteText(folder.LeasePath, holder.ToText(), guard, draft);
        }
        catch
        {
            Remove(draft);
            throw;
        }
    }

    /// <summary>
    /// Removes it if it is of this token. A newcomer may have put its own there since the last look, so that it is
    /// moved away first, looked at, and put back.
    /// </summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    internal static void Remove(RunFolder folder, string token)
    {
        var draft = DraftOf(folder, token);
        File.Move(folder.LeasePath, draft, overwrite: true);
        try
        {
            if (FoundLease.At(draft).Holder is { } other && other.Token != token)
            {
                File.Move(draft, folder.LeasePath); // unless a newer one is there by now
            }
        }
        finally
        {
            Remove(draft);
        }
    }

    /// <summary>
    /// Removes what killed processes left half written. Times are those of files in one folder, whatever clock gives
    /// them.
    /// </summary>
    internal static void RemoveAbandoned(RunFolder folder)
    {
        var taken = File.GetLastWriteTimeUtc(folder.LeasePath);
        Array.ForEach(
            [.. Drafts(folder).Where(draft => taken - File.GetLastWriteTimeUtc(draft) > Abandoned)],
            Remove
        );
    }

    /// <summary>Removes it and all that was to become one: nobody has the run.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    internal static void RemoveAll(RunFolder folder) =>
        Array.ForEach([folder.LeasePath, .. Drafts(folder)], File.Delete);

    static string DraftOf(RunFolder folder, string token) => $"{folder.LeasePath}.{token}{AtomicFile.Temporary}";

    // Those of earlier versions have no token.
    static string[] Drafts(RunFolder folder) =>
        Directory.GetFiles(folder.Path, $"{RunFolder.LeaseName}*{AtomicFile.Temporary}");

    // No run is lost by what is left of a lease.
    static void Remove(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever takes the run next tries again.
        }
    }
}
