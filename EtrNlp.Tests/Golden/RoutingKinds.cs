using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about explicit task routing.</summary>
static class RoutingKinds
{
    /// <summary>Task names of a file that numbers its tasks.</summary>
    public static ImmutableArray<string> TaskNames(int tasks) =>
        [.. Enumerable.Range(0, tasks).Select(t => t.ToString(CultureInfo.InvariantCulture))];

    /// <summary>A gamma for every task.</summary>
    public static PerTask<decimal> Gammas(IEnumerable<decimal> gammas) => new(null, [.. gammas], []);

    /// <summary>The file says branches where parameters of this project say tasks.</summary>
    public static string OurName(string name) => name.Replace("branches.", "tasks.", StringComparison.Ordinal);

    public static void ChannelSplit(GoldenQuestion question, Answers answers) =>
        answers.Add(
            "c_shared",
            question.Inputs["cases"]!
                .AsArray()
                .Select(row => Etr.SharedChannels(row!["gamma"]!.Decimal(), (int)row["c_out"]!, (int)row["groups"]!))
        );

    public static void EtrLayer(GoldenQuestion question, Answers answers)
    {
        var (config, inputs) = (question.Config, question.Inputs);
        var tasks = TaskNames((int)config["tasks"]!);
        var (site, routing, context) = (
            Site(question),
            Routing(config),
            new RoutingContext(Operation(question), tasks, tasks.Length)
        );
        var plan = routing.PlanSite(site, context);
        var widths = routing.Widths(site, context);
        for (var t = 0; t < tasks.Length; t++)
        {
            answers.Add($"reads/{t}", widths.Reads[t] ?? Enumerable.Range(0, widths.Shared));
            Task(plan, t, inputs, answers);
        }

        answers.Add("c_shared", tasks.Select((_, t) => widths.ReadBy(t)));
    }

    // A store of its own for each task, so that no gradient is left over.
    static void Task(LayerPlan plan, int task, JsonObject inputs, Answers answers)
    {
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        GoldenPrimitives.Put(store, "layer.shared", inputs["primitives"]!);
        foreach (var (name, tensor) in inputs["parameters"]!.AsObject())
        {
            store.Put($"layer.{OurName(name)}", tensor!);
        }

        var x = inputs["x"]!.Images();
        var y = plan.Build(store).Forward(x, new Pass(task, Training: true));
        y.backward([inputs["grad_output"]![task]!.Tensor()]);
        answers.Add($"tasks/{task}/y", y);
        answers.Add($"tasks/{task}/grad/x", x.grad);
        foreach (var name in inputs["parameters"]!.AsObject().Select(pair => pair.Key))
        {
            answers.AddParameter($"tasks/{task}/grad/{name}", store.Parameters[$"layer.{OurName(name)}"].grad);
        }
    }

    static ConvSite Site(GoldenQuestion question)
    {
        var (config, size) = (question.Config, question.Inputs["x"]!["shape"]!.Integers());
        return new ConvSite(
            "layer",
            new FeatureShape((int)config["c_in"]!, size[2], size[3]),
            (int)config["c_out"]!,
            3,
            (int)config["stride"]!,
            (bool)config["bias"]!,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Constant(0)
        );
    }

    static Etr Routing(JsonObject config) =>
        new(
            Gammas(config["gamma"]!.AsArray().Select(gamma => gamma!.Decimal())),
            (string)config["task_branch"]! == "nlp1x1" ? TaskBranch.Nlp1x1 : TaskBranch.Conv3x3,
            NormOwnership.Owned
        );

    static IOperation Operation(GoldenQuestion question) =>
        (string)question.Config["operation"]! == "conv"
            ? new Conv()
            : new Nlp(
                GoldenPrimitives.Read(question.Inputs["primitives"]!),
                (int)question.Config["groups"]!,
                DownSampling.After
            );
}
