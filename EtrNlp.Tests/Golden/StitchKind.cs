using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>The kind about a unit that mixes the features of towers.</summary>
static class StitchKind
{
    public static void CrossStitch(GoldenQuestion question, Answers answers)
    {
        var (config, inputs) = (question.Config, question.Inputs);
        var size = inputs["x"]!["shape"]!.Integers(); // towers, images, channels, height, width
        var towers = (int)config["tasks"]!;
        var features = new FeatureShape(size[2], size[3], size[4]);
        var plan = new StitchPlan("unit", features, towers, (bool)config["per_channel"]!, Own: 0.9);
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        var a = store[plan.Weight];
        answers.Add("initial_a", a.dim() == 3 ? a.select(2, 0) : a);
        store.Put("unit.weight", inputs["a"]!);
        var x = inputs["x"]!.Tensor().requires_grad_();

        var y = plan.Build(store).Forward(x.flatten(0, 1), new Pass(0, Training: true, Routes: towers));
        y.backward([inputs["grad_output"]!.Tensor().flatten(0, 1)]);

        answers.Add("y", y.view(x.shape));
        answers.Add("grad_a", a.grad);
        answers.Add("grad_x", x.grad);
    }
}
