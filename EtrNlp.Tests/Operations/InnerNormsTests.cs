using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>Norms inside an operation: who owns them, and whose images their statistics have seen.</summary>
public sealed class InnerNormsTests
{
    static readonly FeatureShape Input = new(5, 4, 6);
    static readonly ImmutableArray<string> Tasks = ["a", "b"];

    static IOperation[] WithNorms => [new DepthWise(), new Ghost(2, 3)];

    static IRouting[] Routings => [new HardSharing(), new SingleTask(), Etr(0.5m, NormOwnership.Owned)];

    [Test]
    public void They_belong_to_the_owner_of_their_branch([ValueSource(nameof(WithNorms))] IOperation operation)
    {
        string[] Owned(IRouting routing, Owner owner) =>
            [
                .. Norms(Plan(operation, routing))
                    .SelectMany(norm => norm.Parameters)
                    .Where(parameter => parameter.Owner == owner && parameter.Name.Contains(".norm1."))
                    .Select(parameter => parameter.Name),
            ];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Owned(new HardSharing(), Owner.Shared),
                Is.EqualTo(new[] { "site.norm1.weight", "site.norm1.bias" })
            );
            Assert.That(
                Owned(new SingleTask(), Owner.Of(1)),
                Is.EqualTo(new[] { "b.site.norm1.weight", "b.site.norm1.bias" })
            );
            Assert.That(
                Owned(Etr(0.5m, NormOwnership.Owned), Owner.Shared),
                Is.EqualTo(new[] { "site.shared.norm1.weight", "site.shared.norm1.bias" })
            );
        }
    }

    [Test]
    public void Statistics_are_kept_for_each_task_and_a_pass_of_one_moves_no_other(
        [ValueSource(nameof(WithNorms))] IOperation operation,
        [ValueSource(nameof(Routings))] IRouting routing
    )
    {
        using var scope = NewDisposeScope();
        var plan = Plan(operation, routing);
        using var store = Draw.Store(plan);
        var before = store.Buffers.ToDictionary(buffer => buffer.Key, buffer => buffer.Value.Bits());

        plan.Build(store).Forward(Draw.Images("x", 3, Input), new Pass(1, Training: true));

        var moved = store
            .Buffers.Where(buffer => !buffer.Value.Bits().SequenceEqual(before[buffer.Key]))
            .Select(buffer => buffer.Key)
            .ToArray();
        var ofTask = store.Buffers.Keys.Where(name => name.Split('.').Contains("b"));
        Assert.That(moved, Is.EquivalentTo(ofTask).And.Length.EqualTo(store.Buffers.Count / 2));
    }

    [Test]
    public void Tasks_side_by_side_in_a_batch_are_computed_as_one_after_the_other(
        [ValueSource(nameof(WithNorms))] IOperation operation,
        [ValueSource(nameof(Routings))] IRouting routing,
        [Values] bool training
    )
    {
        using var scope = NewDisposeScope();
        var plan = Plan(operation, routing);
        using var store = Draw.Store(plan);
        using var other = Draw.Store(plan);
        var (together, apart) = (plan.Build(store), plan.Build(other));
        var x = Draw.Images("x", 6, Input);

        var found = together.Forward(x, new Pass(0, training, Routes: 2));
        var expected = cat(
            [
                apart.Forward(x.narrow(0, 0, 3), new Pass(0, training)),
                apart.Forward(x.narrow(0, 3, 3), new Pass(1, training)),
            ]
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Draw.Distance(found, expected), Is.LessThan(1e-5));
            Assert.That(
                store.Buffers.Keys.Select(name => Draw.Distance(store.Buffers[name], other.Buffers[name])),
                Is.All.LessThan(1e-5)
            );
        }
    }

    [Test]
    public void With_shared_batch_they_keep_no_statistics() =>
        Assert.That(Plan(new DepthWise(), Etr(0.5m, NormOwnership.SharedBatch)).Buffers, Is.Empty);

    // Shared: 4 of 8 channels, 2 of them made by the convolution, so norms of 2 + 2. Each task: 4 of its own.
    [Test]
    public void Where_an_operation_ends_with_a_norm_none_follows_and_a_task_branch_has_its_own()
    {
        var norms = Norms(Plan(new Ghost(2, 3), Etr(0.5m, NormOwnership.Owned)));
        Assert.That(
            norms.Select(norm => (norm.Name, norm.Input.Channels)),
            Is.EqualTo(
                new[]
                {
                    ("site.shared.norm1", 2),
                    ("site.shared.norm2", 2),
                    ("norm.tasks.a", 4),
                    ("norm.tasks.b", 4),
                }
            )
        );
    }

    [Test]
    public void One_norm_over_all_channels_cannot_stand_behind_an_operation_that_ends_with_its_own()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() =>
            Plan(new Ghost(2, 3), Etr(0.5m, NormOwnership.SharedBatch))
        );
        Assert.That(wrong!.Key, Is.EqualTo("norm"));
    }

    static LayerPlan Plan(IOperation operation, IRouting routing) =>
        routing.PlanSite(Sites.Of(Input, 8, 2, "norm"), new RoutingContext(operation, Tasks, Tasks.Length));

    static Etr Etr(decimal gamma, NormOwnership norm) =>
        new(new PerTask<decimal>(gamma, [], []), TaskBranch.Conv3x3, norm);

    static NormPlan[] Norms(LayerPlan plan) =>
        plan is NormPlan norm ? [norm] : [.. plan.Children.SelectMany(Norms)];
}
