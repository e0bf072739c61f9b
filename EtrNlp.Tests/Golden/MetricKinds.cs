using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about losses and metrics of attributes, and delta_p.</summary>
static class MetricKinds
{
    public static void Bce(GoldenQuestion question, Answers answers)
    {
        var targets = question.Inputs["targets"]!.Tensor();
        var groups = Groups(question);
        var logits = question.Inputs["logits"]!.AsArray().Select(node => node!.Tensor().requires_grad_()).ToArray();
        var losses = groups.Select((group, g) => Kind(group).Loss(logits[g], Columns(targets, group))).ToArray();
        var sum = losses.Aggregate((a, b) => a + b);
        sum.backward();
        answers.Add("losses", stack(losses));
        answers.Add("sum", sum.item<float>());
        foreach (var (g, tensor) in logits.Index())
        {
            answers.Add($"grad_logits/{g}", tensor.grad);
        }
    }

    public static void Classification(GoldenQuestion question, Answers answers)
    {
        var groups = Groups(question);
        var all = Enumerable.Range(0, groups.Sum(group => group.Length)).ToArray();
        var whole = Measure(all, question.Inputs);
        var each = groups.Select(group => Measure(group, question.Inputs)).ToArray();
        foreach (var metric in new[] { "precision", "recall", "f" })
        {
            answers.Add(
                $"{metric}/per_attribute",
                tensor(Array.ConvertAll(all, a => (float)Value(whole, $"{a}", metric)))
            );
            answers.Add($"{metric}/mean", Value(whole, "", metric));
            answers.Add($"{metric}/group_macro", each.Average(values => Value(values, "", metric)));
        }
    }

    public static void DeltaPOfRow(GoldenQuestion question, Answers answers)
    {
        var found = DeltaP.Between(Metrics("values"), Metrics("baseline"));
        answers.Add("task_mean", 100 * found.TaskMean!.Value);
        answers.Add("metric_mean", 100 * found.MetricMean!.Value);
        answers.Leave("published"); // rounded by its authors

        GroupMetric[] Metrics(string which) =>
            [
                .. question.Config["metrics"]!
                    .AsArray()
                    .Select(
                        (metric, m) =>
                            new GroupMetric(
                                (string)metric!["task"]!,
                                (string)metric["name"]!,
                                (bool)metric["higher_is_better"]!,
                                (double)question.Inputs[which]![m]!
                            )
                    ),
            ];
    }

    static int[][] Groups(GoldenQuestion question) =>
        [.. question.Config["groups"]!.AsArray().Select(group => group!.Integers())];

    static Attributes Kind(IEnumerable<int> columns) => new([.. columns.Select(column => $"{column}")]);

    static Tensor Columns(Tensor table, int[] columns) =>
        table.index_select(1, tensor(Array.ConvertAll(columns, column => (long)column)));

    static ImmutableArray<MetricValue> Measure(int[] columns, JsonObject inputs)
    {
        using var meter = Kind(columns).NewMeter();
        foreach (var batch in inputs["batches"]!.AsArray())
        {
            meter.Add(Columns(batch!["logits"]!.Tensor(), columns), Columns(batch["targets"]!.Tensor(), columns));
        }

        return meter.Values();
    }

    static double Value(ImmutableArray<MetricValue> values, string part, string name) =>
        values.Single(value => value.Part == part && value.Name == name).Value!.Value;
}
