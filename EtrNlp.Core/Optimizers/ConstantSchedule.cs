using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Optimizers;

/// <summary>The same learning rate throughout, the paper's protocol.</summary>
public sealed record ConstantSchedule : ISchedule
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<ISchedule> Entry { get; } =
        new("constant", "the same learning rate throughout", "paper Sec. 4.1", [], _ => new ConstantSchedule());

    /// <inheritdoc/>
    public double Factor(Progress progress) => 1;

    /// <inheritdoc/>
    public bool DependsOnEnd => false;
}
