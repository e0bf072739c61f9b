using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Tensors and lists of a golden file.</summary>
public static class GoldenTensor
{
    /// <summary>{shape, data} in float32, a list of numbers, or a number.</summary>
    public static Numbers Numbers(JsonNode node) =>
        node switch
        {
            JsonObject tensor => new Numbers(
                [.. Integers(tensor["shape"]!).Select(n => (long)n)],
                [.. Reals(tensor["data"]!).Select(value => (double)(float)value)]
            ),
            JsonArray list => new Numbers([list.Count], Reals(list)),
            _ => new Numbers(null, [(double)node]),
        };

    /// <summary>A float32 tensor of the current dispose scope.</summary>
    public static Tensor Tensor(this JsonNode node)
    {
        var numbers = Numbers(node);
        return tensor(
            Array.ConvertAll(numbers.Values, value => (float)value),
            numbers.Shape!,
            dtype: ScalarType.Float32
        );
    }

    /// <summary>Images [N, C, H, W], channels-last in memory as layers expect them, differentiable.</summary>
    public static Tensor Images(this JsonNode node) =>
        node.Tensor().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).detach().requires_grad_();

    public static int[] Integers(this JsonNode list) => [.. list.AsArray().Select(item => (int)item!)];

    /// <summary>Decimals as they are written: 0.29 and no neighbour of it.</summary>
    public static decimal Decimal(this JsonNode number) =>
        decimal.Parse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>
    /// Copies into the parameter or buffer of a name. A mixing's weight [C_out, k * C_in / g, 1, 1] is [C_out, C_in /
    /// g, k] here, the same rows.
    /// </summary>
    public static void Put(this TensorStore store, string name, JsonNode values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var target = store.Parameters.TryGetValue(name, out var parameter) ? parameter : store.Buffers[name];
        var source = values.Tensor();
        if (source.shape is [_, _, 1, 1] && target.dim() < 4)
        {
            source = source.reshape(target.shape);
        }

        if (!source.shape.SequenceEqual(target.shape))
        {
            throw new ArgumentException(
                $"{name} has shape [{string.Join(", ", target.shape)}], the file's [{string.Join(", ", source.shape)}]",
                nameof(values)
            );
        }

        target.copy_(source);
    }

    static double[] Reals(JsonNode list) => [.. list.AsArray().Select(item => (double)item!)];
}
