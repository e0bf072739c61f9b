using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Profiling;

/// <summary>
/// Our counts of a network beside those that the paper prints; differences are fractions of the paper's.
/// </summary>
/// <param name="Row">What the paper prints.</param>
/// <param name="Active">Difference of #P of one task's forward pass; null where the paper prints none.</param>
/// <param name="Total">The same of all tasks' parameters.</param>
/// <param name="Macs">#F of an image of the size that the paper counts; null where it prints none.</param>
public sealed record PaperCounts(PaperRow Row, double? Active, double? Total, long? Macs)
{
    /// <summary>The difference of #F.</summary>
    public double? MacsDifference => Difference(Macs, Row.Macs);

    /// <summary>The counts of an experiment that is a row of the paper; null for another.</summary>
    /// <exception cref="Data.Configuration.InvalidSettingException">It takes no images of the paper's size.</exception>
    public static PaperCounts? Of(Experiment experiment, NetworkPlan plan) =>
        experiment.Paper is not { } row
            ? null
            : new PaperCounts(
                row,
                Difference(plan.ActiveParameters, row.Parameters),
                Difference(plan.TotalParameters, row.Parameters),
                row.Macs is null ? null : NetworkPlanner.Plan(experiment, PaperRow.CountedSize).Macs
            );

    static double? Difference(long? ours, double? published) => (ours / published) - 1;
}
