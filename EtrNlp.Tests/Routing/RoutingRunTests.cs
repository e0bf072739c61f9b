using EtrNlp.Core.Routing;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Routing;

/// <summary>Runs of every routing there is, stopped on the way.</summary>
[Category("Slow")]
public sealed class RoutingRunTests
{
    static IReadOnlyList<string> Routings => KnownRoutings.All.Names;

    [TestCaseSource(nameof(Routings))]
    public void A_run_that_stops_at_every_step_and_evaluation_has_the_bits_of_one_that_does_not(string routing)
    {
        using var whole = new TinyExperiment();
        using var stopped = new TinyExperiment();
        string[] overrides = [$"routing={{kind: {routing}, {KeysOf(routing)}}}"];
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

    // An epoch has three steps: masks move before each but the first.
    static string? KeysOf(string routing) =>
        routing == "max_roaming" ? "keep: 0.6, period: 0.3" : Combinations.KeysOf(routing);
}
