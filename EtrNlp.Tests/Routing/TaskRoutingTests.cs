using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>Masks of task routing: how many ones, what they hide, and what keeping everything means.</summary>
public sealed class TaskRoutingTests
{
    static readonly FeatureShape Image = new(3, 32, 32);

    // 64 - floor(6.4), - floor(12.8), - floor(25.6); each row begins with ceil(64 / T) ones or one less.
    [Test, Combinatorial]
    public void Rows_have_so_many_ones_and_every_column_has_one(
        [Values(2, 3, 8, 40, 64)] int tasks,
        [Values(0.9, 0.8, 0.6)] double keep
    )
    {
        var kept = TaskRouting.Kept((decimal)keep, 64);
        var masks = Masks(tasks, kept, seed: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept, Is.EqualTo(keep switch { 0.9 => 58, 0.8 => 52, _ => 39 }));
            Assert.That(masks.SelectMany(row => row), Is.All.AnyOf(0f, 1f));
            Assert.That(masks.Select(row => row.Sum()), Is.All.EqualTo(kept));
            Assert.That(Enumerable.Range(0, 64).Select(c => masks[c % tasks][c]), Is.All.EqualTo(1));
        }
    }

    // Of ten channels two tasks have five each for themselves, which is more than three.
    [Test]
    public void A_task_keeps_its_own_channels_even_where_they_are_more() =>
        Assert.That(
            TensorInitialization.Values(Start(2, 10, 3), 20, 1, "m"),
            Is.EqualTo(new float[] { 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 })
        );

    [Test]
    public void Masks_are_drawn_from_seed_and_name()
    {
        var drawn = Masks(8, 39, seed: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Masks(8, 39, seed: 1), Is.EqualTo(drawn));
            Assert.That(Masks(8, 39, seed: 2), Is.Not.EqualTo(drawn));
            Assert.That(Masks(8, 39, seed: 1, "other"), Is.Not.EqualTo(drawn));
        }
    }

    [Test]
    public void A_share_below_that_of_each_task_is_told()
    {
        var context = new RoutingContext(new Conv(), ["a", "b", "c", "d"], 4);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new PartitionedTrunk(new TaskRouting(0.25m)).Notices([], context), Is.Empty);
            Assert.That(
                new PartitionedTrunk(new TaskRouting(0.2m)).Notices([], context),
                Is.EqualTo(
                    new[]
                    {
                        "keep: 0.2 is less than 1/4; "
                            + "every task keeps 1/4 of the channels instead, so that each channel serves a task",
                    }
                )
            );
        }
    }

    [TestCase("stem.conv", true)]
    [TestCase("layer1.0.conv1", true)]
    [TestCase("layer2.0.conv2", true)]
    [TestCase("layer2.0.shortcut.conv", true)]
    [TestCase("layer2.0.shortcut.conv", false)]
    public void A_filter_that_a_task_does_not_keep_changes_no_bit_of_its_outputs(string site, bool shortcutNorm)
    {
        using var scope = NewDisposeScope();
        using var network = NewNetwork(new PartitionedTrunk(new TaskRouting(0.6m)), new ResNet18(0.125, shortcutNorm));
        var (task, other, channel) = OnlyTheOtherKeeps(network.Tensors.Buffers[$"{site}.mask"]);
        var images = Draw.Images("x", 3, Image);
        var (mine, others) = (Outputs(network, images, task), Outputs(network, images, other));
        using (no_grad())
        {
            network.Tensors.Parameters[$"{site}.weight"].select(0, channel).add_(Draw.Gaussian("d", 1));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Outputs(network, images, task), Is.EqualTo(mine));
            Assert.That(Outputs(network, images, other), Is.Not.EqualTo(others));
        }
    }

    [TestCase("layer1.0.conv1", "layer1.0.norm1", true)]
    [TestCase("layer2.0.shortcut.conv", null, false)]
    public void Nothing_that_a_task_does_not_keep_gets_a_gradient_of_it(string site, string? norm, bool shortcutNorm)
    {
        using var scope = NewDisposeScope();
        using var network = NewNetwork(new PartitionedTrunk(new TaskRouting(0.6m)), new ResNet18(0.125, shortcutNorm));
        var row = network.Tensors.Buffers[$"{site}.mask"].select(0, 1).Floats();
        using (no_grad())
        {
            // The activation would hide a shift of 0.
            if (norm is not null)
            {
                network.Tensors.Parameters[$"{norm}.bias"].fill_(0.5);
            }
        }

        Backward(network, Draw.Images("x", 3, Image), 1);

        string[] names = norm is null ? [$"{site}.weight"] : [$"{site}.weight", $"{norm}.weight", $"{norm}.bias"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var gradient in names.Select(name => network.Tensors.Parameters[name].grad!))
            {
                var sizes = gradient.abs().reshape(row.Length, -1).sum(1).Floats();
                Assert.That(sizes.Where((_, channel) => row[channel] == 0), Is.Not.Empty.And.All.Zero);
                Assert.That(sizes.Where((_, channel) => row[channel] == 1), Has.Some.Positive);
            }
        }
    }

    [Test]
    public void Keeping_everything_is_hard_sharing_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var backbone = new ResNet18(0.125, ShortcutNorm: false);
        using var masked = NewNetwork(new PartitionedTrunk(new TaskRouting(1)), backbone);
        using var hard = NewNetwork(new HardSharing(), backbone);
        var images = Draw.Images("x", 3, Image);

        Assert.That(Outputs(masked, images, 1), Is.EqualTo(Outputs(hard, images, 1)));
        Backward(masked, images, 2);
        Backward(hard, images, 2);
        Assert.That(
            masked.Tensors.Parameters.Select(pair => pair.Value.grad?.Bits()),
            Is.EqualTo(masked.Tensors.Parameters.Select(pair => hard.Tensors.Parameters[pair.Key].grad?.Bits()))
        );
    }

    static float[][] Masks(int tasks, int ones, long seed, string name = "site.mask") =>
        [
            .. TensorInitialization
                .Values(Start(tasks, 64, ones), tasks * 64, seed, name)
                .Chunk(64),
        ];

    static Initialization.TaskMasks Start(int tasks, int channels, int ones)
    {
        ImmutableArray<int> all = [.. Enumerable.Range(0, channels)];
        return new Initialization.TaskMasks(
            [.. Enumerable.Repeat(all, tasks)],
            [.. Enumerable.Repeat(ones, tasks)]
        );
    }

    static Network NewNetwork(IRouting routing, ResNet18 backbone) =>
        Some.Network(new Conv(), routing, UpdateStrategy.SteadyState, seed: 1, backbone);

    static (int Task, int Other, int Channel) OnlyTheOtherKeeps(Tensor masks)
    {
        var channels = (int)masks.shape[1];
        var rows = masks.Floats().Chunk(channels).ToArray();
        return (
            from c in Enumerable.Range(0, channels)
            from t in Enumerable.Range(0, rows.Length)
            from other in Enumerable.Range(0, rows.Length)
            where rows[t][c] == 0 && rows[other][c] == 1
            select (t, other, c)
        ).First();
    }

    static int[] Outputs(Network network, Tensor images, int task) =>
        network.Forward(images, new Pass(task, Training: true))[0].Outputs.Bits();

    static void Backward(Network network, Tensor images, int task) =>
        network.Forward(images, new Pass(task, Training: true))[0].Outputs.square().sum().backward();
}
