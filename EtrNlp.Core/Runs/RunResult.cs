using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>A finished run's <c>result.json</c>: its numbers as written, and those that runs are compared by.</summary>
public sealed record RunResult(string Path, JsonObject Json)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The experiment's name.</summary>
    public string Name => Json["name"]!.GetValue<string>();

    /// <summary>The seed.</summary>
    public int Seed => Json["seed"]!.GetValue<int>();

    /// <summary>The split the numbers are of.</summary>
    public string Split => Json["split"]!.GetValue<string>();

    /// <summary>The metrics delta_p averages over.</summary>
    public ImmutableArray<GroupMetric> Compared => [.. Json["compared"]!.AsArray().Select(node => new GroupMetric(
        node!["group"]!.GetValue<string>(), node["metric"]!.GetValue<string>(), node["higher_is_better"]!.GetValue<bool>(), node["value"]?.GetValue<double>()))];

    /// <summary>Reads a result.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static RunResult Read(string path)
    {
        try
        {
            return new RunResult(path, JsonNode.Parse(File.ReadAllText(path))!.AsObject());
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            throw new DataException($"the result {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// The same result with delta_p against a baseline as it stands now, written where that differs: the baseline may have been
    /// named, or trained anew, after the run was done. No baseline leaves it as it is.
    /// </summary>
    public RunResult ComparedWith(IReadOnlyList<RunResult> baseline)
    {
        if (baseline.Count == 0)
        {
            return this;
        }

        var json = Json.DeepClone().AsObject();
        json[DeltaPReport.Key] = DeltaPReport.Against(Compared, Seed, baseline).ToJson();
        var result = this with { Json = json };
        if (json.ToJsonString() != Json.ToJsonString())
        {
            result.Write();
        }

        return result;
    }

    /// <summary>Writes the result whole: from then on the run counts as done.</summary>
    public void Write() => AtomicFile.WriteText(Path, Json.ToJsonString(Indented) + "\n");
}
