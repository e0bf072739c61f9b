using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>
/// Every backbone, operation, routing and loop there is, by name: a new entry is tested by being in the lists.
/// </summary>
static class Combinations
{
    public static IEnumerable<TestCaseData> All =>
        from backbone in KnownBackbones.All.Names
        from operation in KnownOperations.All.Names
        from routing in KnownRoutings.All.Names
        from update in KnownRoutings.All.Default(routing).Updates
        select new TestCaseData(backbone, operation, routing, update);

    /// <summary>What a routing needs beside its defaults where a layer has eight channels; null is nothing.</summary>
    public static string? KeysOf(string routing) => routing == "attentive" ? "reduction: 4" : null;

    /// <summary>One of them as an experiment, at an eighth of the backbone's width.</summary>
    public static Experiment Experiment(string backbone, string operation, string routing, UpdateStrategy update)
    {
        var experiment = Some.Experiment(
            KnownBackbones.All.Default(backbone, "width: 0.125"),
            KnownOperations.All.Default(operation),
            KnownRoutings.All.Default(routing, KeysOf(routing))
        );
        return experiment with { Training = experiment.Training with { Update = update } };
    }
}
