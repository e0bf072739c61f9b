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

    int _last;
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
        if (epoch > _last)
        {
            Add(epoch, events => events.Epochs(_last, epoch));
        }
    }

    /// <summary>Adds what is left, and the result.</summary>
    /// <inheritdoc cref="Begin(int)"/>
    public void End() => Add(int.MaxValue, events => events.Epochs(_last, int.MaxValue).Concat(events.Closing()));

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
        var events = new RunEvents(folder);
        var start = (long)EpochTimes.Seconds(events.LastStart);
        _path = folder.In(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{start:D10}{Suffix}"));
        _last = epoch;
        foreach (var old in Directory.GetFiles(folder.Path, $"{Prefix}*{Suffix}").Where(old => old != _path))
        {
            File.Delete(old);
        }

        var all = events.Opening().Concat(events.Epochs(0, epoch)).Concat(withResult ? events.Closing() : []);
        AtomicFile.Write(_path, to => Write(to, all));
    }

    void Add(int epoch, Func<RunEvents, IEnumerable<Event>> more)
    {
        if (!File.Exists(_path))
        {
            Begin(epoch, withResult: epoch == int.MaxValue); // somebody has removed it
            return;
        }

        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        Write(file, more(new RunEvents(folder)));
        _last = epoch;
    }

    static void Write(Stream to, IEnumerable<Event> events)
    {
        foreach (var one in events)
        {
            EventRecord.Write(to, one);
        }
    }
}
