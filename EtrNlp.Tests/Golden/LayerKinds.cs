using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about primitives and the NLP module.</summary>
static class LayerKinds
{
    const string Module = "module";

    public static void Primitive(GoldenQuestion question, Answers answers)
    {
        var described = question.Inputs["primitive"]!.AsObject();
        var primitive = GoldenPrimitives.Read(described);
        var x = question.Inputs["x"]!.Images();
        using var store = new TensorStore([], primitive.Buffers($"{Module}.primitives.0", Shape(x)), seed: 1, CPU);
        GoldenPrimitives.Put(store, Module, new JsonArray(described.DeepClone()));

        var y = primitive.Build([.. store.Buffers.Values]).Apply(x);

        y.backward([question.Inputs["grad_output"]!.Tensor()]);
        answers.Add("y", y);
        answers.Add("grad_x", x.grad);
    }

    // The shuffle has no function of its own: it is the order in which the mixing reads its features.
    public static void ChannelShuffle(GoldenQuestion question, Answers answers)
    {
        var k = (int)question.Config["groups"]!;
        var maps = question.Inputs["x"]!.Images().detach();
        answers.Add("y", Shuffled(maps, k));
        var channels = (int)maps.shape[1];
        var numbered = arange(channels, ScalarType.Float32).view(1, channels, 1, 1).expand(maps.shape);
        answers.Add(
            "order",
            Shuffled(numbered.contiguous(), k)[0, .., 0, 0].data<float>().Select(source => (int)source)
        );
    }

    public static void NlpModule(GoldenQuestion question, Answers answers)
    {
        var (config, inputs) = (question.Config, question.Inputs);
        var (primitives, x) = (GoldenPrimitives.Read(inputs["primitives"]!), inputs["x"]!.Images());
        var (cIn, cOut, k, stride) = (
            (int)config["c_in"]!,
            (int)config["c_out"]!,
            (int)config["k"]!,
            (int)config["stride"]!
        );
        var downSampling = (string)config["stride_mode"]! == "inside" ? DownSampling.Inside : DownSampling.After;
        var plan = Plan(
            Shape(x),
            primitives,
            new MixingPlan(Module, Owner.Shared, cIn, k, cOut, (int)config["groups"]!, null),
            stride,
            downSampling
        );
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        GoldenPrimitives.Put(store, Module, inputs["primitives"]!);
        store.Put($"{Module}.weight", inputs["weight"]!);
        store.Put($"{Module}.bias", inputs["bias"]!);

        var y = plan.Build(store).Forward(x, default);

        y.backward([inputs["grad_output"]!.Tensor()]);
        answers.Add("y", y);
        answers.Add("grad_x", x.grad);
        answers.AddParameter("grad_weight", store.Parameters[$"{Module}.weight"].grad);
        answers.Add("grad_bias", store.Parameters[$"{Module}.bias"].grad);
        answers.Add("features", Features(x, primitives, inputs["primitives"]!));
    }

    static Tensor Shuffled(Tensor maps, int k)
    {
        var each = maps.chunk(k, 1);
        return Features(each[0], [.. each.Select(map => new Fixed(map))], new JsonArray());
    }

    // A mixing that copies its features, in the order in which a weight row sees them.
    static Tensor Features(Tensor x, ImmutableArray<IPrimitive> primitives, JsonNode described)
    {
        using var noGrad = no_grad();
        var (cIn, k) = ((int)x.shape[1], primitives.Length);
        var plan = Plan(
            Shape(x),
            primitives,
            new MixingPlan(Module, Owner.Shared, cIn, k, k * cIn, 1, null),
            1,
            DownSampling.After
        );
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        GoldenPrimitives.Put(store, Module, described);
        store.Parameters[$"{Module}.weight"].copy_(eye(k * cIn).view(k * cIn, cIn, k));
        store.Parameters[$"{Module}.bias"].zero_();
        return plan.Build(store).Forward(x, default);
    }

    static NlpPlan Plan(
        FeatureShape input,
        ImmutableArray<IPrimitive> primitives,
        MixingPlan mixing,
        int stride,
        DownSampling downSampling
    ) => new(Module, input, mixing.Channels, stride, downSampling, primitives, [mixing]);

    static FeatureShape Shape(Tensor x) => new((int)x.shape[1], (int)x.shape[2], (int)x.shape[3]);

    sealed class Fixed(Tensor map) : IPrimitive, IPrimitiveLayer
    {
        public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => this;

        public Tensor Apply(Tensor x) => map.alias();
    }
}
