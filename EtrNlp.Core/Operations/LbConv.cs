using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Local binary convolution (Juefei-Xu et al. 2017): a fixed sparse 3x3 convolution with weights +1 and -1 from C_in to
/// C_out channels, which has the stride, then ReLU and a learned 1x1 convolution with bias. With as many fixed filters
/// as output channels, and without the original's norm in front, it has the #P and #F of Table 2.
/// </summary>
/// <param name="Sparsity">Share of NON-zero weights, as LBConv defines sparsity, in (0, 1]; exact.</param>
public sealed record LbConv(double Sparsity) : IOperation
{
    static readonly Setting<double> SparsityKey = new(
        "sparsity",
        "share of the fixed weights that are not zero (LBConv's s; its authors' recipes: 0.001 to 0.9)",
        Values.Number(0.001, 1),
        "0.5"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "lbconv",
            "a fixed sparse binary 3x3 convolution, ReLU and a learned 1x1 convolution",
            "paper Table 2, LBConv; Juefei-Xu et al. 2017",
            [SparsityKey],
            values => new LbConv(values.Get(SparsityKey))
        );

    /// <inheritdoc/>
    public int? Groups => 1;

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => true;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms)
    {
        var filters = new FixedConvolutionPlan(
            $"{name}.fixed",
            site.Input,
            channels,
            site.Kernel,
            site.Stride,
            new Initialization.Signs(Sparsity)
        );
        return new ChainPlan(
            name,
            [
                filters,
                new ReluPlan($"{name}.relu", filters.Output),
                site.Pointwise($"{name}.pointwise", filters.Output, channels, owner, bias: true),
            ]
        )
        {
            Kind = Entry.Name,
        };
    }
}
