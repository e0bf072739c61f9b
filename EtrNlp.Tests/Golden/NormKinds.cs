using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about batch normalisation and who owns it.</summary>
static class NormKinds
{
    public static void Owned(GoldenQuestion question, Answers answers)
    {
        var (inputs, shared, channels) = (
            question.Inputs,
            question.Config["c_shared"]!.Integers(),
            (int)question.Config["c_out"]!
        );
        var plan = Plan(inputs["eval"]![0]!, channels, shared);
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        foreach (var (file, ours) in Parameters(shared, channels))
        {
            store.Put(ours, file.Split('.').Aggregate((JsonNode)inputs["parameters"]!, Child));
        }

        var norm = plan.Build(store);
        for (var batch = 0; batch < 2; batch++)
        {
            for (var t = 0; t < shared.Length; t++)
            {
                var x = inputs["batches"]![batch]![t]!.Images();
                var y = norm.Forward(x, new Pass(t, Training: true));
                answers.Add($"train/{batch}/{t}", y);
                if (batch == 1)
                {
                    store.DropGradients();
                    y.backward([inputs["grad_output"]![t]!.Tensor()]);
                    AddGradients(store, x, t, Parameters(shared, channels), answers);
                }
            }
        }

        for (var t = 0; t < shared.Length; t++)
        {
            answers.Add($"eval/{t}", norm.Forward(inputs["eval"]![t]!.Images(), new Pass(t, Training: false)));
            AddStatistics(store, t, shared[t], channels, answers);
        }
    }

    public static void SharedBatch(GoldenQuestion question, Answers answers)
    {
        var inputs = question.Inputs;
        var shape = inputs["train"]!["shape"]!.Integers();
        var part = new NormPart(new AffinePlan("norm", Owner.Shared, shape[1]));
        var plan = new NormPlan(
            "norm",
            new FeatureShape(shape[1], shape[2], shape[3]),
            [
                [part],
            ],
            [""],
            KeepsStatistics: false
        );
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        store.Put("norm.weight", inputs["parameters"]!["weight"]!);
        store.Put("norm.bias", inputs["parameters"]!["bias"]!);
        var norm = plan.Build(store);
        answers.Add("train", norm.Forward(inputs["train"]!.Images(), new Pass(0, Training: true)));
        answers.Add("eval", norm.Forward(inputs["eval"]!.Images(), new Pass(0, Training: false)));
    }

    static NormPlan Plan(JsonNode image, int channels, int[] shared)
    {
        var (size, names, widest) = (image["shape"]!.Integers(), RoutingKinds.TaskNames(shared.Length), shared.Max());
        var common = new AffinePlan("norm.shared", Owner.Shared, widest);
        return new NormPlan(
            "norm",
            new FeatureShape(channels, size[2], size[3]),
            [.. shared.Select(Parts)],
            names,
            KeepsStatistics: true
        );

        ImmutableArray<NormPart> Parts(int read, int t)
        {
            var reads = new NormPart(common, read == widest ? null : [.. Enumerable.Range(0, read)]);
            return read == channels
                ? [reads]
                : [reads, new NormPart(new AffinePlan($"norm.tasks.{names[t]}", Owner.Of(t), channels - read))];
        }
    }

    static IEnumerable<(string File, string Ours)> Parameters(int[] shared, int channels)
    {
        var owners = Enumerable
            .Range(0, shared.Length)
            .Where(t => shared[t] < channels)
            .Select(t => ($"branches.{t}", $"norm.tasks.{t}"))
            .Prepend(("shared", "norm.shared"));
        return owners.SelectMany(
            owner => new[] { "weight", "bias" },
            (owner, what) => ($"{owner.Item1}.{what}", $"{owner.Item2}.{what}")
        );
    }

    static JsonNode Child(JsonNode node, string name) => node is JsonArray list ? list[int.Parse(name)]! : node[name]!;

    static void AddGradients(
        TensorStore store,
        Tensor x,
        int task,
        IEnumerable<(string File, string Ours)> parameters,
        Answers answers
    )
    {
        answers.Add($"grad_second_batch/{task}/x", x.grad);
        foreach (var (file, ours) in parameters)
        {
            answers.Add($"grad_second_batch/{task}/{file}", store.Parameters[ours].grad);
        }
    }

    static void AddStatistics(TensorStore store, int task, int shared, int channels, Answers answers)
    {
        foreach (var what in new[] { "running_mean", "running_var" })
        {
            var statistics = store.Buffers[$"norm.{task}.{what}"];
            answers.Add($"shared_statistics/{task}/{what}", statistics.narrow(0, 0, shared));
            answers.Add($"branch_statistics/{task}/{what}", statistics.narrow(0, shared, channels - shared));
        }

        answers.Add($"branch_statistics/{task}", tensor: null);
    }
}
