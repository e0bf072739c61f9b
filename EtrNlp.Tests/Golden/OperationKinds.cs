using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>The kind about operations beside the NLP module.</summary>
static class OperationKinds
{
    const string Layer = "layer";

    /// <summary>An operation by the file's name, at its defaults.</summary>
    public static IOperation Read(string name) =>
        name == "shift_single"
            ? KnownOperations.All.Default("shift", "pointwise: 1")
            : KnownOperations.All.Default(name);

    public static void Operation(GoldenQuestion question, Answers answers)
    {
        var (config, inputs) = (question.Config, question.Inputs);
        var x = inputs["x"]!.Images();
        var site = new ConvSite(
            Layer,
            new FeatureShape((int)config["c_in"]!, (int)x.shape[2], (int)x.shape[3]),
            (int)config["c_out"]!,
            3,
            (int)config["stride"]!,
            Bias: false,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Constant(0)
        );
        var context = new RoutingContext(Read((string)config["operation"]!), ["t"], Routes: 1);
        var plan = new HardSharing().PlanSite(site, context);
        using var store = Draw.Store(plan);
        foreach (var (name, weights) in inputs["weights"]!.AsObject())
        {
            Put(store, name, weights!.AsObject());
        }

        var layer = plan.Build(store);
        var y = layer.Forward(x, new Pass(0, Training: true));
        y.backward([inputs["grad_output"]!.Tensor()]);
        answers.Add("y", y);
        answers.Add("grad_x", x.grad);
        answers.Add("eval", layer.Forward(x.detach(), new Pass(0, Training: false)));
    }

    // A tensor, or the weight and bias of a norm.
    static void Put(TensorStore store, string name, JsonObject weights)
    {
        if (weights.ContainsKey("shape"))
        {
            store.Put($"{Layer}.{OurName(name)}", weights);
            return;
        }

        store.Put($"{Layer}.{name}.weight", weights["weight"]!);
        store.Put($"{Layer}.{name}.bias", weights["bias"]!);
    }

    static string OurName(string name) =>
        name switch
        {
            "weight" or "bias" => $"pointwise.{name}",
            "weight1" or "weight2" => $"pointwise{name[^1]}.weight",
            _ => $"{name}.weight",
        };
}
