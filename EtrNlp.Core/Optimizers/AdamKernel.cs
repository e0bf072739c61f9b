using System.Numerics;
using System.Runtime.CompilerServices;
using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Optimizers;

/// <summary>The numbers of one Adam step of one parameter.</summary>
readonly record struct AdamConstants(
    double Beta1,
    double Beta2,
    double Epsilon,
    double WeightDecay,
    double StepSize,
    double RootCorrection
)
{
    /// <summary>Bias corrections at a parameter's own step, counted from 1.</summary>
    public static AdamConstants At(Adam adam, double factor, long step) =>
        new(
            adam.Beta1,
            adam.Beta2,
            adam.Epsilon,
            adam.WeightDecay,
            adam.LearningRate * factor / (1 - Math.Pow(adam.Beta1, step)),
            Math.Sqrt(1 - Math.Pow(adam.Beta2, step))
        );
}

/// <summary>
/// One Adam step, by tensor operations or over plain memory, vectorised. There every element takes the roundings of the
/// framework's Adam (mul, add with alpha, addcmul, sqrt, addcdiv) on processors where that fuses sums of products: it
/// fuses the first two, the last one it does not. The root is the correctly rounded one; the framework's own may differ
/// in its last bit.
/// </summary>
static class AdamKernel
{
    /// <summary>Both moments and the parameter from a gradient, all of one length, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(
        Span<float> parameter,
        Span<float> first,
        Span<float> second,
        ReadOnlySpan<float> gradient,
        AdamConstants c
    )
    {
        var (beta1, beta2, decay) = ((float)c.Beta1, (float)c.Beta2, (float)c.WeightDecay);
        var (rest1, rest2) = ((float)(1 - c.Beta1), (float)(1 - c.Beta2));
        var (step, correction, epsilon) = ((float)c.StepSize, (float)c.RootCorrection, (float)c.Epsilon);
        var whole = parameter.Length - (parameter.Length % Vector<float>.Count);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            var (p, g) = (new Vector<float>(parameter[i..]), new Vector<float>(gradient[i..]));
            g = decay == 0 ? g : Vector.FusedMultiplyAdd(p, new Vector<float>(decay), g);
            var m = Vector.FusedMultiplyAdd(g, new Vector<float>(rest1), new Vector<float>(first[i..]) * beta1);
            var v = Vector.FusedMultiplyAdd(rest2 * g, g, new Vector<float>(second[i..]) * beta2);
            var denominator = (Vector.SquareRoot(v) / correction) + new Vector<float>(epsilon);
            m.CopyTo(first[i..]);
            v.CopyTo(second[i..]);
            (p - (step * m / denominator)).CopyTo(parameter[i..]);
        }

        for (var i = whole; i < parameter.Length; i++)
        {
            var g =
                decay == 0
                    ? gradient[i]
                    : MathF.FusedMultiplyAdd(parameter[i], decay, gradient[i]);
            first[i] = MathF.FusedMultiplyAdd(g, rest1, first[i] * beta1);
            second[i] = MathF.FusedMultiplyAdd(rest2 * g, g, second[i] * beta2);
            parameter[i] -= step * first[i] / ((MathF.Sqrt(second[i]) / correction) + epsilon);
        }
    }

    /// <summary>The same by the framework's operations, on any device; the gradient may change.</summary>
    public static void Update(Tensor parameter, Tensor first, Tensor second, Tensor gradient, AdamConstants c)
    {
        using var scope = NewDisposeScope();
        // Each lives until the end: libtorch reads what the garbage collector might else have freed (see Scalars).
        using Scalar decay = c.WeightDecay, beta1 = c.Beta1, rest1 = 1 - c.Beta1, beta2 = c.Beta2, rest2 = 1 - c.Beta2;
        using Scalar correction = c.RootCorrection, epsilon = c.Epsilon, step = -c.StepSize;
        gradient = c.WeightDecay == 0 ? gradient : gradient.add_(parameter, decay);
        first.mul_(beta1).add_(gradient, rest1);
        second.mul_(beta2).addcmul_(gradient, gradient, rest2);
        parameter.addcdiv_(first, second.sqrt().div_(correction).Plus_(epsilon), step);
    }
}
