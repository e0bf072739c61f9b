using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// MGDA's upper bound: the shortest convex combination of the task gradients at the features that the heads read, found
/// exactly; the losses are weighted by it, for the heads too (Sener and Koltun 2018, Sec. 3.3).
/// </summary>
public sealed record MgdaUb(Mgda Search) : IGramWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "mgda_ub",
            "the shortest convex combination of task gradients at the shared features",
            "Sener and Koltun 2018, Multi-Task Learning as Multi-Objective Optimization, Sec. 3.3; paper Table 4",
            [Mgda.NormalisationKey],
            values => new MgdaUb(new Mgda(values.Get(Mgda.NormalisationKey)))
        );

    /// <inheritdoc/>
    public GradientPlace Place => GradientPlace.Representation;

    /// <inheritdoc/>
    public bool ScalesOwnParameters => true;

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock) => Search.Combine(gram, losses, clock);
}
