using System.Globalization;
using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Results;

/// <summary>
/// <c>metrics.csv</c>: epoch, split, task, part (attribute or class, empty for the task), metric, value; fractions,
/// invariant culture, empty where there is no finite value. The file is small and is replaced whole, so that what is
/// removed during a run is not lost.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="say">Hears of a file that was removed or changed while the run was writing it.</param>
/// <param name="guard">That of <see cref="AtomicFile"/>.</param>
public sealed class MetricsFile(string path, Action<string>? say = null, Action? guard = null)
{
    static readonly byte[] _header = "epoch,split,task,part,metric,value\n"u8.ToArray();

    byte[] _rows = _header;

    /// <summary>Cuts the file to what a checkpoint knows of, a torn last line with it; 0 begins it anew.</summary>
    /// <exception cref="DataException">It is shorter than that, or another file.</exception>
    public void Truncate(long length)
    {
        _rows = length == 0 ? _header : Known(length);
        Write();
    }

    /// <summary>Adds the training losses of an epoch and the tasks' weights, and returns the file's length.</summary>
    public long AppendTraining(
        int epoch,
        IEnumerable<(string Task, double Loss)> losses,
        IEnumerable<(string Task, double Weight)> weights
    ) =>
        Append(
            losses
                .Select(loss => Row(epoch, "train", loss.Task, "", "loss", loss.Loss))
                .Concat(weights.Select(weight => Row(epoch, "train", weight.Task, "", "weight", weight.Weight)))
        );

    /// <summary>Adds an evaluation and returns the file's length.</summary>
    public long AppendEvaluation(int epoch, Evaluation evaluation)
    {
        var split = Values.SnakeCase(evaluation.Split);
        return Append(
            evaluation.Tasks.SelectMany(task =>
                task.Values.Select(value => Row(epoch, split, task.Task, value.Part, value.Name, value.Value))
                    .Prepend(Row(epoch, split, task.Task, "", "loss", task.Loss))
            )
        );
    }

    /// <summary>
    /// The last evaluation of the validation split: its epoch and each metric's mean over every part of the tasks of a
    /// group; null where there is none. Rows that are torn are passed over.
    /// </summary>
    public static (int Epoch, IReadOnlyList<(string Metric, double Value)> Means)? LastValidation(
        string path,
        Func<string, string> groupOf
    )
    {
        var rows = MetricRow.Read(path)
            .Where(row => row is { Split: "val", Part.Length: > 0, Value: not null })
            .ToArray();
        var last = rows.LastOrDefault()?.Epoch;
        var metrics = rows.Where(row => row.Epoch == last)
            .GroupBy(row => (Group: groupOf(row.Task), Name: row.Metric), row => row.Value!.Value)
            .ToArray();
        return last is null
            ? null
            : (
                last.Value,
                [
                    .. MeanKeys
                        .Of([.. metrics.Select(metric => metric.Key)])
                        .Zip(metrics, (key, values) => (key, values.Average())),
                ]
            );
    }

    long Append(IEnumerable<string[]> rows)
    {
        var found = new FileInfo(path);
        if (!found.Exists || found.Length != _rows.Length)
        {
            say?.Invoke(
                $"{path} was {(found.Exists ? "changed" : "removed")} during the run; all its rows are written again"
            );
        }

        _rows = [.. _rows, .. Encoding.UTF8.GetBytes(CsvText.Of(rows))];
        Write();
        return _rows.Length;
    }

    void Write() => AtomicFile.Write(path, stream => stream.Write(_rows), guard: guard);

    byte[] Known(long length)
    {
        var bytes = Bytes();
        return bytes.Length >= length && bytes.AsSpan().StartsWith(_header)
            ? bytes[..(int)length]
            : throw new DataException(
                bytes.Length < length
                    ? $"{path} has {bytes.Length} bytes and its checkpoint knows of {length}; "
                        + "put the whole file back, or begin anew with --restart"
                    : $"{path} does not begin with its header, and is no file of metrics; "
                        + "put the whole file back, or begin anew with --restart"
            );
    }

    byte[] Bytes()
    {
        try
        {
            return File.Exists(path) ? RegularFile.ReadBytes(path, MetricRow.MostBytes) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read: {e.Message}");
        }
    }

    static string[] Row(int epoch, string split, string task, string part, string metric, double? value) =>
        [
            epoch.ToString(CultureInfo.InvariantCulture),
            split,
            task,
            part,
            metric,
            Finite(value)?.ToString("R", CultureInfo.InvariantCulture) ?? "",
        ];

    static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
