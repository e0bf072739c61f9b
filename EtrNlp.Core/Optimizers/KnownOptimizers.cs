using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Optimizers;

/// <summary>The optimisers experiment files can name.</summary>
public static class KnownOptimizers
{
    /// <summary>One line per optimiser.</summary>
    public static Registry<IOptimizer> All { get; } = new("optimizer", Adam.Entry);
}
