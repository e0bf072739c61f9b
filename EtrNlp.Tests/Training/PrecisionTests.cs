using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>
/// bfloat16 has 8 significant bits: what is computed in it is near what float32 gives, and what is kept is float32.
/// </summary>
[Category("Slow")]
public sealed class PrecisionTests
{
    static readonly ImageSize Image = new(32, 32);

    [Test]
    public void Experiment_files_name_them_float32_tf32_and_bfloat16() =>
        Assert.That(
            Enum.GetValues<Precision>().Select(Values.SnakeCase),
            Is.EqualTo(new[] { "float32", "tf32", "bfloat16" })
        );

    // A step of length 0: that of one task does not move what the next one meets.
    [TestCaseSource(typeof(Combinations), nameof(Combinations.All))]
    public void A_bfloat16_step_has_nearly_the_losses_of_float32_and_leaves_float32_behind(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        using var scope = NewDisposeScope();
        using var exact = new Stepped(Experiment(backbone, operation, routing, update, Precision.Float32));
        using var rounded = new Stepped(Experiment(backbone, operation, routing, update, Precision.Bfloat16));
        var (expected, found) = (exact.Step(Images()), rounded.Step(Images()));
        var depth = Products(backbone, operation) / Products(backbone, "conv"); // each layer rounds anew

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found, Is.EqualTo(expected).Within(0.06 * depth).And.Not.EqualTo(expected));
            Assert.That(
                rounded.Kept.Where(pair => pair.Tensor.dtype != ScalarType.Float32).Select(pair => pair.Name),
                Is.Empty
            );
            Assert.That(rounded.Moved, Is.EqualTo(exact.Moved));
            foreach (var (name, buffer) in exact.Network.Tensors.Buffers)
            {
                var bound = 0.2 * depth * Math.Max(1, buffer.abs().max().item<float>());
                Assert.That(Draw.Distance(rounded.Network.Tensors.Buffers[name], buffer), Is.LessThan(bound), name);
            }
        }
    }

    // Not LBConv under attention: before training no norm tames its features, and a sigmoid tells huge ones by signs.
    static IEnumerable<TestCaseData> Tame =>
        Combinations.All.Where(one => one.Arguments is not [_, "lbconv", "attentive" or "mtan", _]);

    [TestCaseSource(nameof(Tame))]
    public void A_bfloat16_evaluation_has_outputs_in_float32_near_those_of_float32(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var exact = new Stepped(Experiment(backbone, operation, routing, update, Precision.Float32));
        using var rounded = new Stepped(Experiment(backbone, operation, routing, update, Precision.Bfloat16));
        foreach (var pass in Pass.Over(exact.Network.Plan.Routes, 1, training: false))
        {
            var images = Images().Images;
            var (expected, found) = (
                exact.Network.Forward(images, pass),
                rounded.Network.FromPrefix(rounded.Network.Prefix(images, training: false), pass)
            );
            foreach (var (one, other) in expected.Zip(found))
            {
                Assert.That(other.Outputs.dtype, Is.EqualTo(ScalarType.Float32));
                Assert.That(Draw.RelativeDistance(other.Outputs, one.Outputs), Is.LessThan(Near(routing)));
            }
        }
    }

    // Between the stages of the two stand units and masks, which round too.
    static double Near(string routing) => routing is "cross_stitch" or "mtan" ? 0.125 : 0.1;

    [Test]
    public void Features_of_half_the_bytes_let_twice_as_many_tasks_share_a_pass()
    {
        var plans = new[] { Precision.Float32, Precision.Bfloat16 }
            .Select(precision => Plan(Experiment("resnet18", "nlp", "etr", UpdateStrategy.Synchronized, precision)))
            .ToArray();
        var bytes = 2 * plans[1].FeatureBytes;

        Assert.That(plans[0].FeatureBytes, Is.EqualTo(bytes));
        Assert.That(plans.Select(plan => plan.RoutesAtOnce(batchSize: 1, bytes)), Is.EqualTo(new[] { 1, 2 }));
    }

    static Experiment Experiment(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update,
        Precision precision
    )
    {
        var experiment = Combinations.Experiment(backbone, operation, routing, update);
        return experiment with { Training = experiment.Training with { Precision = precision } };
    }

    static double Products(string backbone, string operation)
    {
        var experiment = Combinations.Experiment(backbone, operation, "hard_sharing", UpdateStrategy.Joint);
        return Leaves(Plan(experiment).Trunk).Count(layer => layer.OwnMacs(0) > 0);
    }

    static IEnumerable<LayerPlan> Leaves(LayerPlan plan) =>
        plan.Children.Any() ? plan.Children.SelectMany(Leaves) : [plan];

    static NetworkPlan Plan(Experiment experiment) => NetworkPlanner.Plan(experiment, Image);

    static Batch Images() =>
        new(
            Draw.Images("x", 8, new FeatureShape(3, Image.Height, Image.Width)).detach(),
            [.. Some.Tasks.Select(task => Draw.Gaussian(task.Name, 8, task.Kind.Columns.Length).gt(0).to(float32))]
        );

    // A network in training, and what a step leaves in it.
    sealed class Stepped(Experiment experiment) : IDisposable
    {
        readonly TrainingSession _session = new(experiment, Plan(experiment), seed: 1, CPU);

        public Network Network => _session.Network;

        public IEnumerable<(string Name, Tensor Tensor)> Kept =>
            Network
                .Tensors.Parameters.Concat(Network.Tensors.Buffers)
                .Concat(_session.Optimizer.Moments)
                .Select(pair => (pair.Key, pair.Value))
                .Concat(
                    from pair in Network.Tensors.Parameters
                    where pair.Value.grad is not null
                    select ($"gradient of {pair.Key}", pair.Value.grad!)
                );

        public IEnumerable<string> Moved =>
            _session.Optimizer.Steps.Where(pair => pair.Value > 0).Select(pair => pair.Key);

        public float[] Step(Batch batch)
        {
            using var found = _session.Step(batch, Some.Clock, learningRateFactor: 0);
            return found.Losses.Floats();
        }

        public void Dispose() => _session.Dispose();
    }
}
