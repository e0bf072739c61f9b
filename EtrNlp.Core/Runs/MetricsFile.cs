using System.Globalization;
using System.Text;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary><c>metrics.csv</c>: epoch, split, task, part (attribute or class, empty for the task), metric, value; fractions, invariant culture, empty where there is no finite value.</summary>
public sealed class MetricsFile(string path)
{
    const string Header = "epoch,split,task,part,metric,value\n";

    /// <summary>Cuts the file to what a checkpoint knows of, a torn last line with it; 0 begins it anew.</summary>
    /// <exception cref="DataException">It is shorter than that.</exception>
    public void Truncate(long length)
    {
        if (length == 0)
        {
            AtomicFile.WriteText(path, Header);
            return;
        }

        var found = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (found < length)
        {
            throw new DataException($"{path} has {found} bytes and its checkpoint knows of {length}; put the whole file back, or begin anew with --restart");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.SetLength(length);
    }

    /// <summary>Appends the training losses of an epoch and returns the file's length.</summary>
    public long AppendTraining(int epoch, IEnumerable<(string Task, double Loss)> losses) =>
        Append(losses.Select(loss => Row(epoch, "train", loss.Task, "", "loss", loss.Loss)));

    /// <summary>Appends an evaluation and returns the file's length.</summary>
    public long AppendEvaluation(int epoch, Evaluation evaluation)
    {
        var split = evaluation.Split.ToString().ToLowerInvariant();
        return Append(evaluation.Tasks.SelectMany(task => task.Values
            .Select(value => Row(epoch, split, task.Task, value.Part, value.Name, value.Value))
            .Prepend(Row(epoch, split, task.Task, "", "loss", task.Loss))));
    }

    /// <summary>
    /// The last evaluation of the validation split: its epoch and each metric's mean over every part of the tasks of a group; null where there is none.
    /// Rows that are torn are passed over.
    /// </summary>
    public static (int Epoch, IReadOnlyList<(string Metric, double Value)> Means)? LastValidation(string path, Func<string, string> groupOf)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var rows = File.ReadLines(path).Select(Parsed).OfType<(int Epoch, string Task, string Metric, double Value)>().ToArray();
        var last = rows.LastOrDefault().Epoch;
        var metrics = rows.Where(row => row.Epoch == last).GroupBy(row => (Group: groupOf(row.Task), Name: row.Metric), row => row.Value).ToArray();
        return rows.Length == 0 ? null : (last, [.. MeanKeys.Of([.. metrics.Select(metric => metric.Key)]).Zip(metrics, (key, values) => (key, values.Average()))]);
    }

    // A row about a part of a task on the validation split; a part may hold commas, nothing else does.
    static (int Epoch, string Task, string Metric, double Value)? Parsed(string line)
    {
        var cells = line.Split(',');
        return cells.Length >= 6 && cells[1] == "val" && string.Join(',', cells[3..^2]).Length > 0
            && int.TryParse(cells[0], CultureInfo.InvariantCulture, out var epoch) && double.TryParse(cells[^1], CultureInfo.InvariantCulture, out var value)
            ? (epoch, cells[2], cells[^2], value)
            : null;
    }

    long Append(IEnumerable<string> rows)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write);
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(rows)));
            stream.Flush(flushToDisk: true);
            return stream.Position;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw AtomicFile.TooLarge(path, e);
        }
    }

    static string Row(int epoch, string split, string task, string part, string metric, double? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch},{split},{task},{Quoted(part)},{metric},{Finite(value):R}\n");

    static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
