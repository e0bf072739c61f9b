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

/// <summary>One Adam step over plain memory, vectorised; each element is treated alike whatever its position.</summary>
static class AdamKernel
{
    /// <summary>Moves parameter and moments of equal length in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(Span<float> parameter, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, AdamConstants c)
    {
        var whole = parameter.Length - (parameter.Length % Vector<float>.Count);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            UpdateVector(parameter[i..], first[i..], second[i..], gradient[i..], c);
        }

        if (whole < parameter.Length)
        {
            UpdateRest(parameter[whole..], first[whole..], second[whole..], gradient[whole..], c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void UpdateVector(Span<float> parameter, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, AdamConstants c)
    {
        var p = new Vector<float>(parameter);
        var g = new Vector<float>(gradient);
        if (c.WeightDecay != 0)
        {
            g = Vector.FusedMultiplyAdd(p, new Vector<float>((float)c.WeightDecay), g);
        }

        var m = Vector.FusedMultiplyAdd(g, new Vector<float>((float)(1 - c.Beta1)), new Vector<float>(first) * (float)c.Beta1);
        var v = (new Vector<float>(second) * (float)c.Beta2) + (new Vector<float>((float)(1 - c.Beta2)) * g * g);
        m.CopyTo(first);
        v.CopyTo(second);
        var denominator = (Vector.SquareRoot(v) / (float)c.RootCorrection) + new Vector<float>((float)c.Epsilon);
        (p + (new Vector<float>((float)-c.StepSize) * m / denominator)).CopyTo(parameter);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UpdateRest(Span<float> parameter, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, AdamConstants c)
    {
        Span<float> p = stackalloc float[Vector<float>.Count];
        Span<float> m = stackalloc float[Vector<float>.Count];
        Span<float> v = stackalloc float[Vector<float>.Count];
        Span<float> g = stackalloc float[Vector<float>.Count];
        parameter.CopyTo(p);
        first.CopyTo(m);
        second.CopyTo(v);
        gradient.CopyTo(g);
        UpdateVector(p, m, v, g, c);
        p[..parameter.Length].CopyTo(parameter);
        m[..parameter.Length].CopyTo(first);
        v[..parameter.Length].CopyTo(second);
    }
}
