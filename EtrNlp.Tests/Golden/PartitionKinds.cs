using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about routings in which every task has its view of one trunk.</summary>
static class PartitionKinds
{
    public static void MaskOnes(GoldenQuestion question, Answers answers) =>
        answers.Add(
            "ones",
            question.Inputs["cases"]!.AsArray().Select(row => TaskRouting.Kept(row![1]!.Decimal(), (int)row[0]!))
        );

    public static void Mask(GoldenQuestion question, Answers answers)
    {
        var routing = new PartitionedTrunk(new TaskRouting(question.Config["keep"]!.Decimal()));
        var plan = LastLayer(routing, question);
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        store.Put("layer.mask", question.Inputs["masks"]!);
        for (var t = 0; t < (int)question.Config["tasks"]!; t++)
        {
            var (x, y) = Pass(plan, store, t, question);
            answers.Add($"tasks/{t}/y", y);
            answers.Add($"tasks/{t}/grad_x", x.grad);
        }
    }

    public static void Attention(GoldenQuestion question, Answers answers)
    {
        var config = question.Config;
        var plan = LastLayer(new Attentive((int)config["channels"]! / (int)config["reduced"]!, Bias: true), question);
        var names = (
            from t in Enumerable.Range(0, (int)config["tasks"]!)
            from name in new[] { "weight1", "bias1", "weight2", "bias2" }
            select (Task: t, File: name, Ours: OurName(t, name))
        ).ToArray();
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        foreach (var (task, file, ours) in names)
        {
            store.Put(ours, question.Inputs["units"]![task]![file]!);
        }

        for (var t = 0; t < (int)config["tasks"]!; t++)
        {
            store.DropGradients();
            var (x, y) = Pass(plan, store, t, question);
            answers.Add($"tasks/{t}/y", y);
            answers.Add($"tasks/{t}/grad/x", x.grad);
            foreach (var (task, file, ours) in names)
            {
                answers.Add($"tasks/{t}/grad/tasks.{task}.{file}", store.Parameters[ours].grad);
            }
        }
    }

    static string OurName(int task, string file) =>
        $"layer.attention.{task}.{(file[^1] == '1' ? "squeeze" : "excite")}.{file[..^1]}";

    // What the routing puts behind a convolution without a norm.
    static LayerPlan LastLayer(IRouting routing, GoldenQuestion question)
    {
        var size = question.Inputs["x"]!["shape"]!.Integers();
        var site = new ConvSite(
            "layer",
            new FeatureShape(1, size[2], size[3]),
            size[1],
            3,
            1,
            Bias: false,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Constant(0)
        );
        var tasks = RoutingKinds.TaskNames((int)question.Config["tasks"]!);
        return ((ChainPlan)routing.PlanSite(site, new RoutingContext(new Conv(), tasks, tasks.Length))).Layers[^1];
    }

    static (Tensor X, Tensor Y) Pass(LayerPlan plan, TensorStore store, int task, GoldenQuestion question)
    {
        var x = question.Inputs["x"]!.Images();
        var y = plan.Build(store).Forward(x, new Pass(task, Training: true));
        y.backward([question.Inputs["grad_output"]!.Tensor()]);
        return (x, y);
    }
}
