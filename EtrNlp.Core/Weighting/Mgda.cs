using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>What task gradients are divided by before their min-norm point is sought.</summary>
public enum GradientNormalisation
{
    /// <summary>1.</summary>
    None,

    /// <summary>The gradient's length.</summary>
    L2,

    /// <summary>The loss.</summary>
    Loss,

    /// <summary>The loss times the gradient's length.</summary>
    LossTimesL2,
}

/// <summary>
/// The shortest convex combination of the task gradients of the shared parameters (Désidéri 2012; Sener and Koltun
/// 2018, Eq. 3), found exactly.
/// </summary>
public sealed record Mgda(GradientNormalisation Normalisation) : IGramWeighting
{
    internal static readonly Setting<GradientNormalisation> NormalisationKey = new(
        "normalisation",
        "what task gradients are divided by for the search",
        Values.Choice<GradientNormalisation>(),
        "none"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "mgda",
            "the shortest convex combination of task gradients",
            "Sener and Koltun 2018, Multi-Task Learning as Multi-Objective Optimization",
            [NormalisationKey],
            values => new Mgda(values.Get(NormalisationKey))
        );

    /// <summary>The a of the simplex with the smallest a^T G a.</summary>
    public static double[] MinNorm(double[,] gram) =>
        QuadraticProgram.OverSimplex(gram, new double[gram.GetLength(0)]);

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var sizes = Gram.Norms(gram).Zip(losses, Divisor).ToArray();
        var scaled = new double[losses.Length, losses.Length];
        for (var i = 0; i < losses.Length; i++)
        {
            for (var j = 0; j < losses.Length; j++)
            {
                scaled[i, j] = gram[i, j] / (sizes[i] * sizes[j]);
            }
        }

        return MinNorm(scaled);
    }

    // A task that asks for nothing is left as it is.
    double Divisor(double norm, double loss)
    {
        var size = Normalisation switch
        {
            GradientNormalisation.L2 => norm,
            GradientNormalisation.Loss => loss,
            GradientNormalisation.LossTimesL2 => loss * norm,
            _ => 1,
        };
        return size > 0 ? size : 1;
    }
}
