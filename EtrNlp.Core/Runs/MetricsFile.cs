using System.Globalization;
using System.Text;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Runs;

/// <summary><c>metrics.csv</c>: epoch, split, task, part (attribute or class, empty for the task), metric, value; fractions, invariant culture.</summary>
public sealed class MetricsFile(string path)
{
    const string Header = "epoch,split,task,part,metric,value\n";

    /// <summary>Cuts the file to what a checkpoint knows of; 0 begins it anew.</summary>
    public void Truncate(long length)
    {
        if (length == 0)
        {
            AtomicFile.WriteText(path, Header);
            return;
        }

        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        stream.SetLength(Math.Min(length, stream.Length));
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

    long Append(IEnumerable<string> rows)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(string.Concat(rows)));
        stream.Flush(flushToDisk: true);
        return stream.Position;
    }

    static string Row(int epoch, string split, string task, string part, string metric, double? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch},{split},{task},{Quoted(part)},{metric},{value:R}\n");

    static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
