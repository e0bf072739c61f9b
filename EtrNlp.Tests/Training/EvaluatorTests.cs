using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Training;

public sealed class EvaluatorTests
{
    [TestCase("steady_state")]
    [TestCase("synchronized")]
    [NonParallelizable]
    public void It_keeps_no_tensor_and_changes_none_of_the_network(string update)
    {
        using var made = new Made($"training.update={update}");
        made.Evaluate(batchSize: 4);
        var bits = made.Bits();

        var kept = LiveTensors.KeptBy(() => made.Evaluate(batchSize: 4));

        Assert.That(kept, Is.LessThanOrEqualTo(0));
        Assert.That(made.Bits(), Is.EqualTo(bits));
    }

    // Running statistics belong to the network: what an image is judged as does not depend on the images beside it.
    [Test]
    public void Scores_do_not_depend_on_how_images_are_batched()
    {
        using var made = new Made("dataset.val=13");

        var (whole, pieces) = (made.Evaluate(batchSize: 13), made.Evaluate(batchSize: 3)); // 3, 3, 3, 3 and 1

        for (var task = 0; task < 2; task++)
        {
            Assert.That(pieces.Tasks[task].Values, Is.EqualTo(whole.Tasks[task].Values));
            AssertSameUpToRounding(pieces.Tasks[task].Loss, whole.Tasks[task].Loss);
        }
    }

    [TestCase(2, 1)]
    [TestCase(1, 2)]
    public void A_team_gives_the_scores_of_one_route_at_a_time_and_no_gradient(int members, int sideBySide)
    {
        using var made = new Made("operation.kind=nlp");
        var alone = made.Evaluate(batchSize: 4);
        using var team = new RouteThreads(routes: 2, new RoutesAtOnce(members, sideBySide));
        var together = made.Evaluate(batchSize: 4, team);

        for (var task = 0; task < 2; task++)
        {
            Assert.That(together.Tasks[task].Values, Is.EqualTo(alone.Tasks[task].Values));
            AssertSameUpToRounding(together.Tasks[task].Loss, alone.Tasks[task].Loss);
        }

        Assert.That(made.HasGradient, Is.False);
    }

    static void AssertSameUpToRounding(double found, double expected) =>
        Assert.That(found, Is.EqualTo(expected).Within(Rounding.OfSmallNetworks(expected)));

    sealed class Made : IDisposable
    {
        readonly TinyExperiment _tiny = new();
        readonly PreparedExperiment _bench;
        readonly Network _network;

        public Made(string set)
        {
            _bench = PreparedExperiment.Open(
                ExperimentFile.Load(_tiny.Rival, [set]),
                _tiny.Runs,
                torch.CPU,
                _ => { },
                default
            );
            _network = new Network(_bench.Plan, seed: 1, torch.CPU);
        }

        public bool HasGradient => _network.Tensors.Parameters.Values.Any(parameter => parameter.grad is not null);

        public Core.Metrics.Evaluation Evaluate(int batchSize, RouteThreads? team = null)
        {
            var experiment = _bench.File.Experiment;
            var batches = new BatchStream(
                _bench.Dataset,
                experiment.Dataset.Size,
                experiment.Dataset.Normalization,
                experiment.Tasks,
                batchSize,
                torch.CPU,
                []
            );
            return Evaluator.Evaluate(
                _network,
                experiment.Tasks,
                Split.Val,
                batches.Evaluation(Split.Val),
                team ?? Some.OneRouteAtATime(_network)
            );
        }

        public double[] Bits()
        {
            using var scope = torch.NewDisposeScope();
            return
            [
                .. _network
                    .Tensors.Parameters.Values.Concat(_network.Tensors.Buffers.Values)
                    .Select(tensor => tensor.sum().ToDouble()),
            ];
        }

        public void Dispose()
        {
            _network.Dispose();
            _bench.Dispose();
            _tiny.Dispose();
        }
    }
}
