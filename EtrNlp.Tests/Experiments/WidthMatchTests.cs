using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Experiments;

/// <summary>The width that makes two networks comparable, against every other width.</summary>
public sealed class WidthMatchTests
{
    static readonly ImageSize Image = new(32, 32);

    // Channels of a ResNet18 change at odd multiples of 1/1024, 1/512 and so on: all its networks of up to its own
    // width.
    [TestCase("conv", null, "hard_sharing", 30_000_000)]
    [TestCase("nlp", null, "hard_sharing", 7_000_000)]
    [TestCase("nlp", null, "etr", 12_345_678)]
    [TestCase("nlp", "groups: 3", "single_task", 1)]
    [TestCase("nlp", "groups: channels", "hard_sharing", 2_000_000)] // most widths make no network
    [Category("Slow")]
    public void No_other_width_comes_nearer(string operation, string? keys, string routing, long macs)
    {
        var experiment = Experiment(operation, keys, routing);

        var found = WidthMatch.Find(experiment, Image, macs);

        var others = Enumerable.Range(11, 1014).Select(step => Macs(experiment, step / 1024.0)).OfType<long>();
        Assert.That(found.Macs, Is.EqualTo(Macs(experiment, found.Width)));
        Assert.That(Math.Abs(found.Macs - macs), Is.EqualTo(others.Min(other => Math.Abs(other - macs))));
    }

    [TestCase(0.5)]
    [TestCase(0.45)]
    [TestCase(2)]
    public void A_network_is_found_again_by_a_width_with_as_few_decimals(double width)
    {
        var experiment = Experiment("nlp", null, "etr");
        var macs = Macs(experiment, width)!.Value;

        var found = WidthMatch.Find(experiment, Image, macs);

        Assert.That(found.Macs, Is.EqualTo(macs));
        Assert.That($"{found.Width}", Has.Length.LessThanOrEqualTo($"{width}".Length));
    }

    [TestCase(long.MaxValue, 16)]
    [TestCase(0, 0.01)] // eight channels everywhere up to 8.5 / 512
    public void The_last_width_is_nearest_to_what_none_reaches(long macs, double width) =>
        Assert.That(WidthMatch.Find(Experiment("conv", null, "hard_sharing"), Image, macs).Width, Is.EqualTo(width));

    static Experiment Experiment(string operation, string? keys, string routing) =>
        Some.Experiment(
            KnownBackbones.All.Default("resnet18"),
            KnownOperations.All.Default(operation, keys),
            KnownRoutings.All.Default(routing)
        );

    static long? Macs(Experiment experiment, double width)
    {
        try
        {
            return NetworkPlanner.Plan(experiment with { Backbone = experiment.Backbone.At(width) }, Image).Macs;
        }
        catch (InvalidSettingException)
        {
            return null;
        }
    }
}
