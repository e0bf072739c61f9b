using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Exports;

/// <summary>The same as <see cref="LayerDescription"/> of a primitive, with the tensors that it has drawn.</summary>
static class PrimitiveDescription
{
    /// <exception cref="DataException">It has no description.</exception>
    internal static object Of(IPrimitive primitive, ImmutableArray<BufferPlan> drawn) =>
        primitive switch
        {
            Primitives.Identity => new { kind = "identity" },
            AvgPool p => new { kind = "avg_pool", kernel = p.Kernel },
            MaxPool p => new { kind = "max_pool", kernel = p.Kernel },
            Shift p => new { kind = "shift", magnitude = p.Magnitude },
            FixedConv => new { kind = "conv", weight = LayerDescription.Name(drawn[0]) },
            Perturb p => new
            {
                kind = "perturb",
                noise = LayerDescription.Name(drawn[0]),
                level = p.Level,
            },
            _ => throw new DataException(
                $"the primitive {primitive.GetType().Name} cannot be exported: "
                    + "the file that loads networks into PyTorch does not know it"
            ),
        };
}
