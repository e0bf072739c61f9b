using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static EtrNlp.Tests.Training.SmallTraining;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>What a step of training may change, and what it may leave behind.</summary>
public sealed class TrainerTests
{
    static IEnumerable<TestCaseData> Loops =>
        [
            Loop("hard_sharing", new HardSharing(), UpdateStrategy.Joint),
            Loop("hard_sharing", new HardSharing(), UpdateStrategy.Synchronized),
            Loop("etr conv3x3", Etr(TaskBranch.Conv3x3), UpdateStrategy.SteadyState),
            Loop("etr nlp1x1", Etr(TaskBranch.Nlp1x1), UpdateStrategy.SteadyState, InactiveGradients.Zero),
            Loop("etr nlp1x1", Etr(TaskBranch.Nlp1x1), UpdateStrategy.Synchronized),
            Loop("etr nlp1x1", Etr(TaskBranch.Nlp1x1), UpdateStrategy.Synchronized, members: 2),
            Loop("etr conv3x3", Etr(TaskBranch.Conv3x3), UpdateStrategy.Synchronized),
            Loop(
                "etr conv3x3",
                Etr(TaskBranch.Conv3x3),
                UpdateStrategy.Synchronized,
                InactiveGradients.Zero,
                members: 3
            ),
            Loop(
                "etr, shared task_routing",
                Etr(TaskBranch.Conv3x3) with
                {
                    Shared = new TaskRouting(0.6m),
                },
                UpdateStrategy.Synchronized,
                members: 2
            ),
            Loop("single_task", new SingleTask(), UpdateStrategy.SteadyState),
        ];

    [TestCaseSource(nameof(Loops))]
    public void A_step_leaves_no_tensor_behind(
        IRouting routing,
        UpdateStrategy update,
        InactiveGradients inactive,
        int members
    )
    {
        using var network = NewNetwork(SomeNlp, routing, update);
        using var state = Some.Adam.NewState(network.Tensors);
        using var scope = NewDisposeScope();
        using var team = new RouteThreads(network.Plan.Routes, new RoutesAtOnce(members, 1));
        using var trainer = new Trainer(network, Some.Tasks, state, update, new Equal(), inactive, team);
        var batch = NewBatch();
        trainer.Step(batch, Some.Clock, 1).Dispose();
        var before = Live(team);

        for (var step = 0; step < 3; step++)
        {
            trainer.Step(batch, Some.Clock, 1).Dispose();
        }

        Assert.That(Live(team), Is.EqualTo(before));
    }

    static IEnumerable<TestCaseData> Plain =>
        [
            Written("conv", new Conv(), "hard_sharing", new HardSharing(), UpdateStrategy.Joint),
            Written("conv", new Conv(), "etr", Etr(TaskBranch.Conv3x3), UpdateStrategy.SteadyState),
            Written("nlp", SomeNlp, "hard_sharing", new HardSharing(), UpdateStrategy.SteadyState),
            Written(
                "conv",
                new Conv(),
                "hard_sharing, fixed",
                new HardSharing(),
                UpdateStrategy.Joint,
                new Fixed(new PerTask<double>(1, [], []))
            ),
        ];

    [TestCaseSource(nameof(Plain))]
    public void Joint_and_steady_state_steps_have_the_bits_of_forward_backward_and_step_written_out(
        IOperation operation,
        IRouting routing,
        UpdateStrategy update,
        IWeighting weighting
    )
    {
        using var scope = NewDisposeScope();
        using var trained = NewNetwork(operation, routing, update);
        using var byHand = NewNetwork(operation, routing, update);
        using var state = Some.Adam.NewState(trained.Tensors);
        using var expected = Some.Adam.NewState(byHand.Tensors);
        using var team = Some.OneRouteAtATime(trained);
        using var trainer = new Trainer(trained, Some.Tasks, state, update, weighting, InactiveGradients.Skip, team);
        var batch = NewBatch();
        for (var step = 0; step < 2; step++)
        {
            trainer.Step(batch, Some.Clock, 0.5).Dispose();
            for (var route = 0; route < byHand.Plan.Routes; route++)
            {
                byHand.Tensors.DropGradients();
                var outputs = byHand.Forward(batch.Images, new Pass(route, Training: true));
                var losses = outputs.Select(one =>
                    Some.Tasks[one.Task].Kind.Loss(one.Outputs, batch.Targets[one.Task])
                );
                losses.Aggregate((sum, loss) => sum + loss).backward();
                byHand.Tensors.Backward.EndPass();
                expected.Step(0.5);
            }
        }

        Assert.That(state.Steps, Is.EquivalentTo(expected.Steps));
        Assert.That(
            trained.Tensors.Storages.Select(storage => storage.Flat.Bits()),
            Is.EqualTo(byHand.Tensors.Storages.Select(storage => storage.Flat.Bits()))
        );
    }

    [Test]
    public void Steps_of_a_team_have_the_same_bits_every_time([Values(2, 3)] int members)
    {
        using var scope = NewDisposeScope();
        var first = Trained(members);
        Assert.That(Trained(members), Is.EqualTo(first));
    }

    [TestCaseSource(nameof(Loops))]
    public void Losses_fall_on_a_batch_that_is_seen_again_and_again(
        IRouting routing,
        UpdateStrategy update,
        InactiveGradients inactive,
        int members
    )
    {
        using var scope = NewDisposeScope();
        using var network = NewNetwork(SomeNlp, routing, update);
        using var state = Some.Adam.NewState(network.Tensors);
        using var team = new RouteThreads(network.Plan.Routes, new RoutesAtOnce(members, 1));
        using var trainer = new Trainer(network, Some.Tasks, state, update, new Equal(), inactive, team);
        var batch = NewBatch();
        var losses = Enumerable.Range(0, 8).Select(_ => trainer.Step(batch, Some.Clock, 1).Losses.Floats()).ToArray();
        Assert.That(losses[^1].Zip(losses[0], (last, first) => last < first), Has.All.True);
    }

    static TestCaseData Written(
        string operationName,
        IOperation operation,
        string routingName,
        IRouting routing,
        UpdateStrategy update,
        IWeighting? weighting = null
    ) =>
        new TestCaseData(operation, routing, update, weighting ?? new Equal()).SetArgDisplayNames(
            operationName,
            routingName
        );

    static TestCaseData Loop(
        string name,
        IRouting routing,
        UpdateStrategy update,
        InactiveGradients inactive = InactiveGradients.Skip,
        int members = 1
    ) =>
        new TestCaseData(routing, update, inactive, members).SetArgDisplayNames(
            name,
            $"{update}",
            $"{inactive}",
            $"{members}"
        );

    // Tensors that live, of every thread of a team.
    static long Live(RouteThreads team)
    {
        var counted = new long[team.Size];
        team.ForEach(
            training: true,
            (member, _) => counted[member] = DisposeScopeManager.Statistics.ThreadTotalLiveCount
        );
        return counted.Sum();
    }

    // Every parameter after three synchronized steps.
    static float[] Trained(int members)
    {
        using var network = NewNetwork(SomeNlp, Etr(TaskBranch.Conv3x3), UpdateStrategy.Synchronized);
        using var state = Some.Adam.NewState(network.Tensors);
        using var team = new RouteThreads(network.Plan.Routes, new RoutesAtOnce(members, 1));
        using var trainer = new Trainer(
            network,
            Some.Tasks,
            state,
            UpdateStrategy.Synchronized,
            new Equal(),
            InactiveGradients.Skip,
            team
        );
        for (var step = 0; step < 3; step++)
        {
            trainer.Step(NewBatch(), Some.Clock, 1).Dispose();
        }

        return [.. network.Tensors.Storages.SelectMany(storage => storage.Flat.Floats())];
    }
}
