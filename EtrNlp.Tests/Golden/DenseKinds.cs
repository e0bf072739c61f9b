using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about losses and metrics of single pixels.</summary>
static class DenseKinds
{
    public static void Segmentation(GoldenQuestion question, Answers answers)
    {
        string[] classes = [.. Enumerable.Range(0, (int)question.Config["classes"]!).Select(c => $"{c}")];
        var batches = question.Inputs["batches"]!
            .AsArray()
            .Select(batch => (Logits: batch!["logits"]!.Tensor(), Labels: batch["labels"]!.Tensor().unsqueeze(1)))
            .ToArray();
        var first = batches[0];
        answers.Add(
            "losses_first_batch",
            stack([
                    .. classes.Select(
                        (_, c) => new OneVsRest().Loss(first.Logits.narrow(1, 0, c + 1), first.Labels) * (c + 1)
                    ),
                ])
                .diff(prepend: zeros(1))
        );
        using var meter = new Segmentation([.. classes], new OneVsRest()).NewMeter();
        Array.ForEach(batches, batch => meter.Add(batch.Logits, batch.Labels));
        foreach (var (path, metric) in new[] { ("iou_class_wise", "iou"), ("iou_dataset", "iou_dataset") })
        {
            answers.Add($"{path}/per_class", tensor(Array.ConvertAll(classes, c => (float)Value(meter, c, metric))));
            answers.Add($"{path}/mean", Value(meter, "", metric));
        }

        answers.Add("iou_image_wise/mean", Value(meter, "", "iou_image_wise"));
        answers.Add("pixel_accuracy/over_all_images", Value(meter, "", "pixel_accuracy"));
        answers.Leave("pixel_accuracy/mean_over_batches"); // ours is pooled over pixels
    }

    public static void Depth(GoldenQuestion question, Answers answers)
    {
        using var meter = new Depth().NewMeter();
        Measure(new Depth(), meter, question.Inputs, "prediction", batch => batch["target"]!.Tensor(), answers);
        answers.Add("abs_err", Value(meter, "", "abs_err"));
        answers.Add("rel_err", Value(meter, "", "rel_err"));
    }

    public static void Normals(GoldenQuestion question, Answers answers)
    {
        using var meter = new Normals().NewMeter();
        Measure(new Normals(), meter, question.Inputs, "raw_prediction", Targets, answers);
        AddAngles("", meter, (name, value) => answers.Add(name, value));
        foreach (var (b, batch) in question.Inputs["batches"]!.AsArray().Index())
        {
            using var one = new Normals().NewMeter();
            one.Add(batch!["raw_prediction"]!.Tensor(), Targets(batch));
            var values = new List<float>();
            AddAngles("", one, (_, value) => values.Add((float)value));
            answers.Add($"per_batch/{b}", tensor(values.ToArray()));
        }

        static Tensor Targets(JsonNode batch) => cat([batch["target"]!.Tensor(), batch["depth"]!.Tensor()], 1);
    }

    // The file has percent.
    static void AddAngles(string part, IMeter meter, Action<string, double> add)
    {
        foreach (var kind in NormalMeter.Kinds)
        {
            add(
                kind.Name,
                Value(meter, part, kind.Name) * (kind.Name.StartsWith("within", StringComparison.Ordinal) ? 100 : 1)
            );
        }
    }

    static void Measure(
        ITaskKind kind,
        IMeter meter,
        JsonObject inputs,
        string prediction,
        Func<JsonNode, Tensor> targets,
        Answers answers
    )
    {
        var losses = new List<float>();
        foreach (var (b, batch) in inputs["batches"]!.AsArray().Index())
        {
            var outputs = batch![prediction]!.Tensor().requires_grad_();
            var loss = kind.Loss(outputs, targets(batch));
            loss.backward();
            losses.Add(loss.item<float>());
            meter.Add(outputs, targets(batch));
            if (b == 0)
            {
                answers.Add("grad_first_batch", outputs.grad);
            }
        }

        answers.Add("loss_per_batch", tensor(losses.ToArray()));
    }

    static double Value(IMeter meter, string part, string name) =>
        meter.Values().Single(value => value.Part == part && value.Name == name).Value!.Value;
}
