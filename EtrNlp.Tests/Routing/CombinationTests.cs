using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>What every backbone and operation must keep under every routing and loop.</summary>
public sealed class CombinationTests
{
    static readonly ImageSize Image = new(32, 32);

    [TestCaseSource(typeof(Combinations), nameof(Combinations.All))]
    public void Every_task_gets_its_outputs(string backbone, string operation, string routing, UpdateStrategy update)
    {
        using var scope = NewDisposeScope();
        using var network = new Network(Plan(backbone, operation, routing, update), seed: 1, CPU);
        var images = Draw.Images("x", 2, new FeatureShape(3, Image.Height, Image.Width));

        var outputs = Enumerable
            .Range(0, network.Plan.Routes)
            .SelectMany(route => network.Forward(images, new Pass(route, Training: true)))
            .ToArray();

        // Some.Tasks have 2, 1 and 3 columns.
        Assert.That(
            outputs.Select(pair => (pair.Task, pair.Outputs.shape[0], pair.Outputs.shape[1])),
            Is.EqualTo(new[] { (0, 2L, 2L), (1, 2L, 1L), (2, 2L, 3L) })
        );
    }

    [TestCaseSource(typeof(Combinations), nameof(Combinations.All))]
    public void A_pass_reaches_exactly_what_its_task_is_said_to_reach(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        using var scope = NewDisposeScope();
        using var network = new Network(Plan(backbone, operation, routing, update), seed: 1, CPU);
        var route = network.Plan.Routes - 1;
        var images = Draw.Images("x", 2, new FeatureShape(3, Image.Height, Image.Width));

        network
            .Forward(images, new Pass(route, Training: true))
            .Select(pair => pair.Outputs.sum())
            .Aggregate((a, b) => a + b)
            .backward();

        Assert.That(
            network.Plan.Parameters.Where(plan => network.Tensors[plan].grad is not null),
            Is.EquivalentTo(network.Plan.Parameters.Where(plan => network.Plan.TasksOf(route).Any(plan.Owner.Serves)))
        );
    }

    [TestCaseSource(typeof(Combinations), nameof(Combinations.All))]
    public void Names_are_unique_and_one_task_reaches_at_most_everything(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        var plan = Plan(backbone, operation, routing, update);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                plan.Parameters.Select(parameter => parameter.Name).Concat(plan.Buffers.Select(buffer => buffer.Name)),
                Is.Unique
            );
            Assert.That(plan.ActiveParameters, Is.Positive.And.LessThanOrEqualTo(plan.TotalParameters));
            Assert.That(plan.Macs, Is.Positive);
        }
    }

    static NetworkPlan Plan(string backbone, string operation, string routing, UpdateStrategy update)
    {
        try
        {
            return NetworkPlanner.Plan(Combinations.Experiment(backbone, operation, routing, update), Image);
        }
        catch (InvalidSettingException e)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }
}
