using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using EtrNlp.Tests.Weighting;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>
/// Runs of every routing, partition, operation and weighting there is, stopped after each step and in each evaluation.
/// An epoch has three steps, and masks that move do so before each but the first.
/// </summary>
[Category("Slow")]
public sealed class StoppedEverywhereTests
{
    const string Moving = "keep: 0.6, period: 0.3";

    static IEnumerable<TestCaseData> Runs =>
        [
            .. KnownRoutings.All.Names.Select(name => Case(name, $"routing={Section(name, RoutingKeys(name))}")),
            .. KnownPartitions.All.Names.Select(name =>
                Case($"etr, shared {name}", $"routing={{kind: etr, shared: {Section(name, RoutingKeys(name))}}}")
            ),
            .. KnownOperations.All.Names.Select(name => Case(name, $"operation={Section(name)}")),
            Case("shift, learned", "operation={kind: shift, displacement: learned}"),
            .. KnownWeightings.All.Names.Select(Weighting),
        ];

    [TestCaseSource(nameof(Runs))]
    public void A_run_that_stops_at_every_step_and_evaluation_has_the_bits_of_one_that_does_not(string[] overrides)
    {
        using var whole = new TinyExperiment();
        using var stopped = new TinyExperiment();
        whole.Train(overrides);

        var (stops, isEvaluationNew) = (0, true);
        for (var done = false; !done;)
        {
            using var request = new CancellationTokenSource();
            try
            {
                stopped.Train(
                    overrides,
                    observer: new WatchingObserver(_ =>
                    {
                        isEvaluationNew = true;
                        request.Cancel();
                    }),
                    onRead: split => StopOnce(split, request),
                    cancellation: request.Token
                );
                done = true;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.That(stops, Is.EqualTo(6 + 2));
        RunState.Of(stopped.Folder()).AssertEquals(RunState.Of(whole.Folder()));

        void StopOnce(Split split, CancellationTokenSource request)
        {
            if (split == Split.Val && isEvaluationNew)
            {
                isEvaluationNew = false;
                request.Cancel();
            }
        }
    }

    static TestCaseData Case(string name, params string[] overrides) =>
        new TestCaseData([overrides]).SetArgDisplayNames(name);

    // Under masks that move, where it works in a loop that these have.
    static TestCaseData Weighting(string name)
    {
        var keys = name == "fixed" ? "weights: [1, 2]" : null;
        var loops = WeightingNames.Default(name, 2).Updates;
        var common = KnownRoutings.All.Default("max_roaming").Updates.Intersect(loops).ToArray();
        return Case(
            name,
            $"weighting={Section(name, keys)}",
            $"routing={(common.Length == 0 ? Section("hard_sharing") : Section("max_roaming", Moving))}",
            $"training.update={Values.SnakeCase(common.Append(loops[0]).First())}"
        );
    }

    static string? RoutingKeys(string name) => name == "max_roaming" ? Moving : Combinations.KeysOf(name);

    static string Section(string kind, string? keys = null) => $"{{kind: {kind}, {keys}}}";
}
