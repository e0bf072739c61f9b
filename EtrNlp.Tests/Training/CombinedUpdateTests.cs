using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static EtrNlp.Tests.Training.SmallTraining;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>Gradients that a weighting combines, with the routes of a batch on several threads.</summary>
[Category("Slow")]
public sealed class CombinedUpdateTests
{
    const double Bound = 1e-6; // of the largest number of its kind

    static IEnumerable<TestCaseData> Networks =>
        from weighting in new IGramWeighting[] { new PcGrad(), new Mgda(GradientNormalisation.None), new UpGrad() }
        from routing in new (string Name, IRouting Routing)[]
        {
            ("hard_sharing", new HardSharing()),
            ("etr conv3x3", Etr(TaskBranch.Conv3x3)),
            ("etr nlp1x1", Etr(TaskBranch.Nlp1x1)),
        }
        select new TestCaseData(weighting, routing.Routing).SetArgDisplayNames(weighting.GetType().Name, routing.Name);

    [TestCaseSource(nameof(Networks))]
    public void One_two_and_three_threads_find_the_same_rows_and_combination(IGramWeighting weighting, IRouting routing)
    {
        using var scope = NewDisposeScope();
        var one = Step(weighting, routing, members: 1);
        foreach (var members in new[] { 2, 3 })
        {
            var several = Step(weighting, routing, members);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Distance(several.Gram, one.Gram), Is.LessThanOrEqualTo(Bound), "products of rows");
                Assert.That(Distance(several.Combined, one.Combined), Is.LessThanOrEqualTo(Bound), "their combination");
                Assert.That(Distance(several.Own, one.Own), Is.LessThanOrEqualTo(Bound), "the tasks' own gradients");
            }
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void As_many_threads_find_the_same_bits(IGramWeighting weighting, IRouting routing)
    {
        using var scope = NewDisposeScope();
        foreach (var members in new[] { 1, 2, 3 })
        {
            var (first, second) = (Step(weighting, routing, members), Step(weighting, routing, members));

            Assert.That(second.Combined.Bits(), Is.EqualTo(first.Combined.Bits()));
            Assert.That(second.Own.Bits(), Is.EqualTo(first.Own.Bits()));
        }
    }

    // A pass that served several would pass all of them backward for each.
    [Test]
    public void Routes_that_could_go_side_by_side_pass_alone()
    {
        using var team = new RouteThreads(routes: 3, new RoutesAtOnce(1, 3));
        var passes = new List<Pass>();

        team.ForEachRoute((_, pass) => passes.Add(pass));

        Assert.That(passes, Is.EqualTo(new[] { 0, 1, 2 }.Select(route => new Pass(route, Training: true))));
    }

    static Found Step(IGramWeighting weighting, IRouting routing, int members)
    {
        using var network = NewNetwork(SomeNlp, routing, UpdateStrategy.Synchronized);
        using var state = Some.Adam.NewState(network.Tensors);
        using var team = new RouteThreads(network.Plan.Routes, new RoutesAtOnce(members, 1));
        var watched = new Watched(weighting);
        using var trainer = new Trainer(
            network,
            Some.Tasks,
            state,
            UpdateStrategy.Synchronized,
            watched,
            InactiveGradients.Skip,
            team
        );
        Assert.That(team.Size, Is.EqualTo(members));
        trainer.Step(NewBatch(), Some.Clock, 1).Dispose();
        return new Found(
            tensor(watched.Gram.Cast<double>().ToArray()),
            Gradients(network, owner => owner == Owner.Shared),
            Gradients(network, owner => owner != Owner.Shared)
        );
    }

    static Tensor Gradients(Network network, Func<Owner, bool> of) =>
        cat([
            .. network
                .Tensors.Storages.Where(storage => of(storage.Owner))
                .SelectMany(storage => storage.Parameters)
                .Select(parameter => parameter.Tensor.grad!.flatten()),
        ]);

    static double Distance(Tensor found, Tensor expected) =>
        (found - expected).abs().max().ToDouble() / expected.abs().max().ToDouble();

    sealed record Found(Tensor Gram, Tensor Combined, Tensor Own);

    sealed record Watched(IGramWeighting Weighting) : IGramWeighting
    {
        public double[,] Gram { get; private set; } = new double[0, 0];

        public double[] Combine(double[,] gram, double[] losses, StepClock clock)
        {
            Gram = gram;
            return Weighting.Combine(gram, losses, clock);
        }
    }
}
