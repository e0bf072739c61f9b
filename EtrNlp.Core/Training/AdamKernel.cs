using System.Numerics;
using System.Runtime.CompilerServices;

namespace EtrNlp.Core.Training;

/// <summary>The numbers of one Adam step of one parameter.</summary>
readonly record struct AdamConstants(double Beta1, double Beta2, double Epsilon, double WeightDecay, double StepSize, double RootCorrection)
{
    /// <summary>Bias corrections at a parameter's own step, counted from 1.</summary>
    public static AdamConstants At(Adam adam, double factor, long step) => new(
        adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay,
        adam.LearningRate * factor / (1 - Math.Pow(adam.Beta1, step)),
        Math.Sqrt(1 - Math.Pow(adam.Beta2, step)));
}

/// <summary>
/// One Adam step over plain memory, vectorised. Every element takes the roundings of the framework's Adam (mul, add
/// with alpha, addcmul, addcdiv) on processors where that fuses sums of products: it fuses the first two, the last one
/// it does not. The root between the two halves is left to the framework, whose last bit depends on the library it was
/// built with.
/// </summary>
static class AdamKernel
{
    /// <summary>The first half: both moments from a gradient of equal length, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void UpdateMoments(ReadOnlySpan<float> parameter, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, AdamConstants c)
    {
        var (beta1, beta2) = ((float)c.Beta1, (float)c.Beta2);
        var (rest1, rest2, decay) = ((float)(1 - c.Beta1), (float)(1 - c.Beta2), (float)c.WeightDecay);
        var whole = Whole(parameter.Length);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            g = decay == 0 ? g : Vector.FusedMultiplyAdd(new Vector<float>(parameter[i..]), new Vector<float>(decay), g);
            Vector.FusedMultiplyAdd(g, new Vector<float>(rest1), new Vector<float>(first[i..]) * beta1).CopyTo(first[i..]);
            Vector.FusedMultiplyAdd(rest2 * g, g, new Vector<float>(second[i..]) * beta2).CopyTo(second[i..]);
        }

        for (var i = whole; i < parameter.Length; i++)
        {
            var g = decay == 0 ? gradient[i] : MathF.FusedMultiplyAdd(parameter[i], decay, gradient[i]);
            first[i] = MathF.FusedMultiplyAdd(g, rest1, first[i] * beta1);
            second[i] = MathF.FusedMultiplyAdd(rest2 * g, g, second[i] * beta2);
        }
    }

    /// <summary>The second half: the parameter from its first moment and the root of its second, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void UpdateParameter(Span<float> parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> root, AdamConstants c)
    {
        var (step, correction, epsilon) = ((float)-c.StepSize, (float)c.RootCorrection, (float)c.Epsilon);
        var whole = Whole(parameter.Length);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            var denominator = (new Vector<float>(root[i..]) / correction) + new Vector<float>(epsilon);
            (new Vector<float>(parameter[i..]) + (step * new Vector<float>(first[i..]) / denominator)).CopyTo(parameter[i..]);
        }

        for (var i = whole; i < parameter.Length; i++)
        {
            parameter[i] += step * first[i] / ((root[i] / correction) + epsilon);
        }
    }

    static int Whole(int length) => length - (length % Vector<float>.Count);
}
