using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The learned part of a mixing as a pass sees it: weight [C_out, C / g, k], each primitive's columns together in
/// memory, and bias [C_out].
/// </summary>
sealed record GroupedWeight(Tensor Weight, Tensor Bias, int Groups) : IDisposable
{
    // Up to so many groups a product for each, straight into its part of the result, is faster than one batched product
    // and a sum. On a GPU the batched one takes up to seven times as long where it sums over many pixels.
    const int FewGroups = 8;

    public long Channels => Weight.shape[0];

    /// <summary>
    /// sum [R, C_out] += scale * rows [R, C] mixed by one primitive's weights, or the sum of several ones'.
    /// </summary>
    public void AddMixed(Tensor sum, Tensor rows, int[] primitives, double scale = 1) =>
        AddProduct(Columns(sum), Columns(rows), ByGroup(Of(primitives)).transpose(1, 2), 1, scale);

    /// <summary>
    /// [R, C] += the gradient of the rows, given that of the mixed ones [R, C_out]; overwrites where nothing is there
    /// yet.
    /// </summary>
    public void AddRowsGradient(Tensor sum, Tensor mixed, int[] primitives, bool overwrite) =>
        AddProduct(Columns(sum), Columns(mixed), ByGroup(Of(primitives)), overwrite ? 0 : 1, 1);

    /// <summary>
    /// [C_out, C / g] += the gradient of one primitive's weights, scale times; overwrites where nothing is there yet.
    /// </summary>
    public void AddWeightGradient(Tensor sum, Tensor mixed, Tensor rows, bool overwrite, double scale = 1) =>
        AddProduct(ByGroup(sum), Columns(mixed).transpose(1, 2), Columns(rows), overwrite ? 0 : 1, scale);

    /// <summary>Memory for a gradient of the weight, laid out as it is.</summary>
    public Tensor NewGradient() =>
        empty([Weight.shape[2], Weight.shape[0], Weight.shape[1]], Weight.dtype, Weight.device).permute(1, 2, 0);

    /// <summary>The same rounded to a type, differentiable; itself where it has that type.</summary>
    public GroupedWeight In(ScalarType type) =>
        Weight.dtype == type ? this : this with { Weight = Weight.In(type), Bias = Bias.In(type) };

    /// <summary>The same numbers, held outside every dispose scope until they are disposed of.</summary>
    public GroupedWeight Kept() =>
        this with
        {
            Weight = Weight.alias().DetachFromDisposeScope(),
            Bias = Bias.alias().DetachFromDisposeScope(),
        };

    /// <summary>Lets go of the tensors.</summary>
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }

    // [C_out, C / g]
    Tensor Of(int[] primitives) =>
        primitives.Select(p => Weight.select(2, p)).Aggregate((left, right) => left.Plus(right));

    // [R, C] to [g, R, C / g], a view.
    Tensor Columns(Tensor rows) => rows.unflatten(1, [Groups, -1]).transpose(0, 1);

    // [C_out, C / g] to [g, C_out / g, C / g], a view.
    Tensor ByGroup(Tensor weight) => weight.view(Groups, -1, weight.shape[1]);

    // sum = beta * sum + scale * left right, for every group.
    static void AddProduct(Tensor sum, Tensor left, Tensor right, float beta, double scale)
    {
        if (sum.shape[0] <= FewGroups)
        {
            for (var group = 0; group < sum.shape[0]; group++)
            {
                sum.select(0, group).addmm_(left.select(0, group), right.select(0, group), beta, (float)scale);
            }
        }
        else
        {
            var product = left.bmm(right);
            _ = beta == 0
                ? sum.copy_(scale == 1 ? product : product.mul(Scalars.Of(scale)))
                : sum.add_(product, Scalars.Of(scale));
        }
    }
}
