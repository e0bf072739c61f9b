using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using Tensorboard;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// A run's file for TensorBoard, which lies in its folder: derived from <c>metrics.csv</c>, the log, the pictures and
/// the result, and never read again.
/// </summary>
/// <param name="folder">The run.</param>
public sealed class EventFile(RunFolder folder)
{
    const string Prefix = "events.out.tfevents.";
    const string Suffix = ".etrnlp";

    RunEvents? _events;
    string? _path;

    /// <summary>
    /// Writes the file anew up to an epoch, so that no curve of a run that goes on from there turns back. It is named
    /// after the last start: TensorBoard goes on from a file to one of a later name.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="DataException">Something of the run cannot be read.</exception>
    /// <exception cref="ConfigException">Its experiment cannot be read.</exception>
    public void Begin(int epoch) => Begin(epoch, withResult: false);

    /// <summary>Adds the epochs up to one, which a reader that follows the file then finds there.</summary>
    /// <inheritdoc cref="Begin(int)"/>
    public void GoOn(int epoch)
    {
        if (epoch > (_events?.Last ?? 0))
        {
            Add(epoch, withResult: false);
        }
    }

    /// <summary>Adds what is left, and the result.</summary>
    /// <inheritdoc cref="Begin(int)"/>
    public void End() => Add(int.MaxValue, withResult: true);

    /// <summary>Writes the file of a run as it stands, and returns its path.</summary>
    /// <inheritdoc cref="Begin(int)"/>
    public static string Write(RunFolder folder)
    {
        var file = new EventFile(folder);
        file.Begin(int.MaxValue, withResult: true);
        return file._path!;
    }

    void Begin(int epoch, bool withResult)
    {
        var events = _events = new RunEvents(folder);
        var start = (long)EpochTimes.Seconds(events.LastStart);
        _path = folder.In(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{start:D10}{Suffix}"));
        AtomicFile.Write(_path, to => Write(to, events.Opening().Concat(More(events, epoch, withResult))));
        foreach (var older in Directory.GetFiles(folder.Path, $"{Prefix}*{Suffix}").Where(one => one != _path))
        {
            PutAway(older);
        }
    }

    // A TensorBoard that reads the older file goes on to the new one only if it finds the old one there, if empty.
    static void PutAway(string path)
    {
        if (new FileInfo(path).Length == 0)
        {
            File.Delete(path);
        }
        else
        {
            AtomicFile.Write(path, _ => { });
        }
    }

    void Add(int epoch, bool withResult)
    {
        if (_events is null || !File.Exists(_path))
        {
            Begin(epoch, withResult); // somebody has removed it
            return;
        }

        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        Write(file, More(_events, epoch, withResult));
    }

    static IEnumerable<Event> More(RunEvents events, int epoch, bool withResult) =>
        events.EpochsTo(epoch).Concat(withResult ? events.Closing() : []);

    static void Write(Stream to, IEnumerable<Event> events)
    {
        foreach (var one in events)
        {
            EventRecord.Write(to, one);
        }
    }
}
