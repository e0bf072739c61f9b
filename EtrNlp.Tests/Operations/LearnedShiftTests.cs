using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static EtrNlp.Tests.Training.SmallTraining;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>Shifts that are rounded in use and learn by bilinear interpolation, under an L1 penalty.</summary>
public sealed class LearnedShiftTests
{
    const double Penalty = 0.25;

    static readonly FeatureShape Small = new(1, 2, 2);

    // Rows [1, 2] and [3, 5]; y reads the pixel below and to the right by the rounded displacement.
    [TestCase(0.4f, -0.4f, new float[] { 1, 2, 3, 5 })]
    [TestCase(0.6f, 0, new float[] { 3, 5, 0, 0 })]
    [TestCase(-0.6f, 0.7f, new float[] { 0, 0, 2, 0 })]
    [TestCase(0, -1.2f, new float[] { 0, 1, 0, 3 })]
    [TestCase(-7, 0, new float[] { 0, 0, 0, 0 })]
    public void A_channel_reads_the_pixel_at_its_rounded_displacement(float down, float right, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var store = Store(Small, [down, right]);
        Assert.That(Shift(Small).Build(store).Forward(Pixels(), default).Floats(), Is.EqualTo(expected));
    }

    // At (0.25, 0) the loss is the sum of all pixels. Down: below minus here, 2 + 3 - 3 - 5 = -3. Right: right minus
    // here, 1 - 2 + 2 - 5 = -4 in the rows themselves and 2 - 5 = -3 in those below, 3/4 and 1/4 of them. The pixels
    // get the gradient of the rounded shift, which leaves them where they are.
    [Test]
    public void Displacements_learn_as_if_pixels_were_interpolated_and_pixels_as_they_were_moved()
    {
        using var scope = NewDisposeScope();
        using var store = Store(Small, [0.25f, 0]);
        var x = Pixels().requires_grad_();
        Shift(Small).Build(store).Forward(x, default).sum().backward();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Displacement(store).grad!.Floats(), Is.EqualTo(new[] { -3, -3.75f }));
            Assert.That(x.grad!.Floats(), Is.All.EqualTo(1));
        }
    }

    // The loss is linear in either displacement between whole pixels, where differences have no error but rounding.
    [Test]
    public void Their_gradient_is_the_difference_quotient_of_bilinear_interpolation()
    {
        using var scope = NewDisposeScope();
        var features = new FeatureShape(6, 5, 4);
        float[] start = [-1.7f, -0.9f, -0.3f, 0.2f, 0.8f, 1.6f, 1.3f, 0.4f, -0.6f, -1.4f, -0.2f, 0.7f];
        using var store = Store(features, start);
        var (x, upstream) = (Draw.Images("x", 2, features), Draw.Images("g", 2, features));
        Shift(features).Build(store).Forward(x, default).backward([upstream]);

        const double Step = 0.05;
        var expected = start.Select(
            (_, i) => (Loss(x, upstream, start, i, Step) - Loss(x, upstream, start, i, -Step)) / (2 * Step)
        );
        Assert.That(Displacement(store).grad!.Floats(), Is.EqualTo(expected).Within(1e-4));
    }

    [Test]
    public void Beyond_its_reach_a_channel_stays_and_only_the_penalty_pulls_it_back()
    {
        using var scope = NewDisposeScope();
        var tall = new FeatureShape(1, 4, 1);
        using var store = Store(tall, [3, 0.25f]);
        var x = arange(1, 5, ScalarType.Float32).view(1, 1, 4, 1);
        var y = Shift(tall).Build(store).Forward(x, default);
        y.sum().backward();
        var ofLoss = Displacement(store).grad!.Floats();
        store.Storages[0].AddPenalties();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(y.Floats(), Is.EqualTo(new float[] { 3, 4, 0, 0 }));
            Assert.That(ofLoss[0], Is.Zero);
            Assert.That(Displacement(store).grad![0].item<float>(), Is.EqualTo(Penalty));
        }
    }

    static IEnumerable<TestCaseData> Loops =>
        [
            new(new HardSharing(), UpdateStrategy.Joint, new Equal(), 1),
            new(new HardSharing(), UpdateStrategy.Joint, new PcGrad(), 1),
            new(new HardSharing(), UpdateStrategy.Joint, KnownWeightings.All.Default("mgda_ub"), 1),
            new(new HardSharing(), UpdateStrategy.Synchronized, new Equal(), 1),
            new(new HardSharing(), UpdateStrategy.Synchronized, new Equal(), 3),
            new(Etr(TaskBranch.Conv3x3), UpdateStrategy.Synchronized, new Equal(), 2),
            new(new SingleTask(), UpdateStrategy.SteadyState, new Equal(), 1),
        ];

    // Adam's first moment is a tenth of the first gradient.
    [TestCaseSource(nameof(Loops))]
    public void A_step_feels_the_penalty_once_however_many_tasks_pass(
        IRouting routing,
        UpdateStrategy update,
        IWeighting weighting,
        int threads
    )
    {
        using var scope = NewDisposeScope();
        var (free, start) = FirstMoments(routing, update, weighting, threads, penalty: 0);
        var (held, _) = FirstMoments(routing, update, weighting, threads, Penalty);
        var largest = free.Values.SelectMany(values => values).Max(Math.Abs);

        Assert.That(free, Is.Not.Empty);
        foreach (var (name, values) in free)
        {
            var expected = start[name].Select(displacement => 0.1 * Penalty * Math.Sign(displacement));
            Assert.That(
                held[name].Zip(values, (with, without) => (double)(with - without)),
                Is.EqualTo(expected).Within(Rounding.OfSmallNetworks(largest + Penalty)),
                name
            );
        }
    }

    [Test]
    public void A_penalty_needs_displacements_that_are_learned()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() =>
            new HardSharing().PlanSite(
                Sites.Of(Small, 4, 1, "norm"),
                new RoutingContext(new ShiftModule(2, 1, Penalty: 0.1), ["t"], 1)
            )
        );
        Assert.That(wrong!.Key, Is.EqualTo("penalty"));
    }

    static (Dictionary<string, float[]> Moments, Dictionary<string, float[]> Start) FirstMoments(
        IRouting routing,
        UpdateStrategy update,
        IWeighting weighting,
        int threads,
        double penalty
    )
    {
        using var network = NewNetwork(
            new ShiftModule(2, 1, Core.Operations.Displacement.Learned, penalty),
            routing,
            update
        );
        using var state = Some.Adam.NewState(network.Tensors);
        using var team = new RouteThreads(network.Plan.Routes, new RoutesAtOnce(threads, 1));
        using var trainer = new Trainer(network, Some.Tasks, state, update, weighting, InactiveGradients.Skip, team);
        string[] names = [.. network.Tensors.Parameters.Keys.Where(name => name.EndsWith(".displacement"))];
        var start = names.ToDictionary(name => name, name => network.Tensors.Parameters[name].Floats());
        trainer.Step(NewBatch(), Some.Clock, 1).Dispose();
        return (names.ToDictionary(name => name, name => state.Moments[$"{name}.first"].Floats()), start);
    }

    // The sum of upstream gradients times pixels that are interpolated between their four neighbours, 0 outside.
    static double Loss(Tensor x, Tensor upstream, float[] displacement, int moved, double by)
    {
        var (pixels, gradients) = (x.Floats(), upstream.Floats());
        var (channels, height, width) = ((int)x.shape[1], (int)x.shape[2], (int)x.shape[3]);
        var at = displacement.Select((d, i) => i == moved ? d + by : d).ToArray();
        var sum = 0.0;
        for (var i = 0; i < gradients.Length; i++)
        {
            var (column, row, channel) = (i % width, i / width % height, i / width / height % channels);
            var plane = i - (row * width) - column;
            for (var v = 0; v < height; v++)
            {
                for (var u = 0; u < width; u++)
                {
                    var (down, right) = (row + at[channel] - v, column + at[channels + channel] - u);
                    var share = Math.Max(0, 1 - Math.Abs(down)) * Math.Max(0, 1 - Math.Abs(right));
                    sum += gradients[i] * share * pixels[plane + (v * width) + u];
                }
            }
        }

        return sum;
    }

    static LearnedShiftPlan Shift(FeatureShape features) => new("shift", features, Owner.Shared, Penalty);

    static TensorStore Store(FeatureShape features, float[] displacement)
    {
        var store = Draw.Store(Shift(features));
        using var noGrad = no_grad();
        Displacement(store).copy_(tensor(displacement).view(2, -1));
        return store;
    }

    static Tensor Displacement(TensorStore store) => store.Parameters["shift.displacement"];

    static Tensor Pixels() => tensor(new float[] { 1, 2, 3, 5 }).view(1, 1, 2, 2);
}
