using System.Buffers.Binary;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using Google.Protobuf;
using Tensorboard;
using static Tensorboard.SessionLog.Types;
using static Tensorboard.Summary.Types;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// A run as events: of every epoch one with its metrics, tagged as <c>val/f/layout</c> (split, metric, task), and one
/// for each example picture; before them its hyper-parameters, behind them its result. Each is told once.
/// </summary>
/// <param name="folder">The run.</param>
sealed class RunEvents(RunFolder folder)
{
    const string Version = "brain.Event:2";
    const int Rgb = 3; // channels
    const int WidthAt = 16; // in a PNG; then comes the height

    readonly EpochTimes _times = new(folder);
    readonly GrowingText _metrics = new(folder.MetricsPath);

    /// <summary>When the run was started last.</summary>
    internal DateTimeOffset LastStart => _times.LastStart;

    /// <summary>
    /// What stands before every epoch. At a start TensorBoard forgets what it has read of the run in an earlier file.
    /// </summary>
    internal IEnumerable<Event> Opening()
    {
        var seconds = EpochTimes.Seconds(_times.FirstStart);
        var file = ExperimentFile.Held(folder.ExperimentPath);
        return
        [
            new Event { WallTime = seconds, FileVersion = Version },
            new Event { WallTime = seconds, SessionLog = new SessionLog { Status = SessionStatus.Start } },
            Of(0, seconds, [HyperParameters.Start(file, folder.Seed, seconds)]),
        ];
    }

    /// <summary>The last epoch that was told.</summary>
    internal int Last { get; private set; }

    /// <summary>Those of the epochs that were not told yet, up to one.</summary>
    internal IEnumerable<Event> EpochsTo(int last)
    {
        var before = Last;
        Last = last;
        _times.ReadOn();
        return MetricRow
            .Read(new StringReader(_metrics.ReadOn()))
            .Where(row => row.IsOfTask && row.Epoch > before && row.Epoch <= last)
            .GroupBy(row => row.Epoch)
            .OrderBy(epoch => epoch.Key)
            .SelectMany(epoch =>
                ExamplePicture
                    .Of(folder, epoch.Key)
                    .Select(Picture)
                    .Prepend(Of(epoch.Key, _times.EndOf(epoch.Key), epoch.Select(Scalar)))
            );
    }

    /// <summary>The result of a run that is done, and that it is; nothing before.</summary>
    internal IEnumerable<Event> Closing()
    {
        if (!folder.IsDone)
        {
            return [];
        }

        var result = HeldRun.In(folder).Result();
        var epoch = result.Circumstances.Epochs ?? result.Checkpoint?.Epoch ?? 0;
        var seconds = _times.EndOf(epoch);
        var values = result
            .Tasks.Select(one => ($"result/{one.Metric}/{one.Task}", one.Value))
            .Concat(result.Means.Select(mean => ($"result/{mean.Metric}", mean.Value)))
            .Where(one => one.Value is not null)
            .Select(one => Scalar(one.Item1, one.Value!.Value));
        return [Of(epoch, seconds, values), Of(epoch, seconds, [HyperParameters.End(seconds)])];
    }

    static Event Of(int epoch, double seconds, IEnumerable<Value> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values);
        return new Event
        {
            Step = epoch,
            WallTime = seconds,
            Summary = summary,
        };
    }

    static Value Scalar(MetricRow row) => Scalar($"{row.Split}/{row.Metric}/{row.Task}", row.Value!.Value);

    static Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    Event Picture(ExamplePicture picture)
    {
        var png = picture.Png;
        var image = new Image { Colorspace = Rgb, EncodedImageString = ByteString.CopyFrom(png) };
        if (png.Length >= WidthAt + (2 * sizeof(int)))
        {
            image.Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(WidthAt));
            image.Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(WidthAt + sizeof(int)));
        }

        var tag = FormattableString.Invariant($"examples/{picture.Split}-{picture.Image}/{picture.Task}");
        return Of(picture.Epoch, _times.EndOf(picture.Epoch), [new Value { Tag = tag, Image = image }]);
    }
}
