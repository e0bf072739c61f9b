using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// Keeps the event files of runs up to date while they go on, and passes everything on. If one cannot be written that
/// is said once, and the run goes on.
/// </summary>
public sealed class EventObserver(IRunObserver inner) : IRunObserver
{
    EventFile? _file;
    bool _failed;

    /// <inheritdoc/>
    public void Started(RunStart start)
    {
        inner.Started(start);
        (_file, _failed) = (new EventFile(new RunFolder(start.Folder)), false);
        Try(file => file.Begin(start.FirstEpoch - 1));
    }

    /// <inheritdoc/>
    public void Said(string message) => inner.Said(message);

    /// <summary>At a batch of an epoch all of the one before it is written, and a checkpoint knows of it.</summary>
    public void Trained(TrainedBatch batch)
    {
        inner.Trained(batch);
        Try(file => file.GoOn(batch.Epoch - 1));
    }

    /// <inheritdoc/>
    public void Evaluated(int epoch, Evaluation evaluation) => inner.Evaluated(epoch, evaluation);

    /// <summary>A run that was done before gets its file, too.</summary>
    public void Finished(RunResult result)
    {
        inner.Finished(result);
        _file ??= new EventFile(new RunFolder(Path.GetDirectoryName(result.Path)!));
        Try(file => file.End());
        (_file, _failed) = (null, false);
    }

    void Try(Action<EventFile> write)
    {
        if (_file is null || _failed)
        {
            return;
        }

        try
        {
            write(_file);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentOutOfRangeException // a file that may not become so large
                        or DataException
                        or ConfigException
            )
        {
            _failed = true;
            inner.Said(
                $"the events for TensorBoard cannot be written ({e.Message.TrimEnd('.')}); the run goes on without them"
            );
        }
    }
}
