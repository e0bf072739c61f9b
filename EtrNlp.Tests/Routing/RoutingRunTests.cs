using EtrNlp.Core.Routing;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Routing;

/// <summary>Runs of every routing there is, stopped on the way.</summary>
[Category("Slow")]
public sealed class RoutingRunTests
{
    static IReadOnlyList<string> Routings => KnownRoutings.All.Names;

    [TestCaseSource(nameof(Routings))]
    public void A_run_that_stops_at_every_step_has_the_bits_of_one_that_does_not(string routing)
    {
        using var whole = new TinyExperiment();
        using var stopped = new TinyExperiment();
        // The tiny backbone's narrowest layer has eight channels.
        string[] overrides = [$"routing={{kind: {routing}{(routing == "attentive" ? ", reduction: 4" : "")}}}"];
        whole.Train(overrides);

        var stops = 0;
        for (var done = false; !done;)
        {
            using var request = new CancellationTokenSource();
            try
            {
                stopped.Train(
                    overrides,
                    observer: new WatchingObserver(_ => request.Cancel()),
                    cancellation: request.Token
                );
                done = true;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.That(stops, Is.EqualTo(6));
        RunState.Of(stopped.Folder()).AssertEquals(RunState.Of(whole.Folder()));
    }
}
