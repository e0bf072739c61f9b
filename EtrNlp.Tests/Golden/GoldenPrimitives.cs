using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;

namespace EtrNlp.Tests.Golden;

/// <summary>Primitives as a golden file describes them.</summary>
static class GoldenPrimitives
{
    public static ImmutableArray<IPrimitive> Read(JsonNode list) =>
        [.. list.AsArray().Select(item => Read(item!.AsObject()))];

    public static IPrimitive Read(JsonObject node) =>
        (string)node["type"]! switch
        {
            "avg_pool" => new AvgPool((int)node["kernel"]!),
            "max_pool" => new MaxPool((int)node["kernel"]!),
            "fixed_conv" => new FixedConv((int)node["kernel"]!, DepthWise: true, FixedWeights.Real, Sparsity: 1),
            "shift" => new Shift(Magnitude: 1),
            "perturb" => new Perturb((double)node["level"]!, NoiseMasks.PerChannel),
            "identity" => new Identity(),
            var type => throw new NotSupportedException($"no primitive '{type}'"),
        };

    /// <summary>Copies what the primitives of one NLP module drew.</summary>
    public static void Put(TensorStore store, string module, JsonNode list)
    {
        foreach (var (p, node) in list.AsArray().Index())
        {
            foreach (var (name, values) in node!.AsObject().Where(pair => pair.Value is JsonObject))
            {
                store.Put($"{module}.primitives.{p}.{name}", values!);
            }
        }
    }
}
