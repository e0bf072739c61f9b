using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>The channels of explicit task routing, and its two ends.</summary>
public sealed class EtrTests
{
    static readonly Nlp SomeNlp = new(
        [new AvgPool(3), new FixedConv(3, true, FixedWeights.Real, 1), new Perturb(0.1, NoiseMasks.PerChannel)],
        2,
        DownSampling.After
    );

    static IEnumerable<TestCaseData> Operations =>
        [
            Case("nlp, perturbed", SomeNlp),
            .. KnownOperations.All.Names.Select(name => Case(name, KnownOperations.All.Default(name))),
        ];

    static IEnumerable<TestCaseData> Branches =>
        [
            Case("conv", new Conv(), TaskBranch.Conv3x3),
            Case("ghost", KnownOperations.All.Default("ghost"), TaskBranch.Conv3x3),
            .. Enum.GetValues<TaskBranch>().Select(branch => Case("nlp", SomeNlp, branch)),
        ];

    // 0.29 * 100 = 29, though 0.29 * 100 in binary floating point is 28.999999999999996; 0.9 * 64 = 57.6; 2 *
    // floor(28.8) = 56.
    [TestCase("0.29", 100, 1, 29)]
    [TestCase("0.9", 64, 1, 57)]
    [TestCase("0.9", 64, 2, 56)]
    [TestCase("0", 64, 2, 0)]
    [TestCase("1", 63, 2, 63)]
    public void The_floor_is_that_of_the_decimal_as_written(string gamma, int channels, int multiple, int shared) =>
        Assert.That(
            Etr.SharedChannels(
                decimal.Parse(gamma, System.Globalization.CultureInfo.InvariantCulture),
                channels,
                multiple
            ),
            Is.EqualTo(shared)
        );

    // 12 channels in 2 groups: gammas 0.5, 1/4, 0.75 share 6, 2 * floor(1.5) = 2 and 2 * floor(4.5) = 8. The shared
    // branch has 8 channels, 4 of each group: task 0 reads the first 3 of 0..3 and of 4..7, task 1 the first of each,
    // task 2 all.
    [Test]
    public void A_task_reads_the_first_channels_of_each_group()
    {
        var widths = Routing(TaskBranch.Conv3x3, 0.5m, 0.25m, 0.75m).Widths(Site(6, 12), Context(SomeNlp, 3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(widths.Shared, Is.EqualTo(8));
            Assert.That(widths.Reads[0], Is.EqualTo(new[] { 0, 1, 2, 4, 5, 6 }));
            Assert.That(widths.Reads[1], Is.EqualTo(new[] { 0, 4 }));
            Assert.That(widths.Reads[2], Is.Null);
            Assert.That(widths.Own, Is.EqualTo(new[] { 6, 10, 4 }));
        }
    }

    // As many groups as input channels: floor(0.5 * 8 / 8) = 0 and floor(0.5 * 16 / 8) = 1; with 0.9 floor(14.4 / 8) =
    // 1 still leaves 8 to 8 without; 0 shares nothing on purpose and 1 everything.
    [Test]
    public void A_gamma_that_rounds_down_to_nothing_is_told_with_its_layers()
    {
        ConvSite[] sites =
        [
            Site(8, 8) with
            {
                Name = "narrow",
            },
            Site(8, 16) with
            {
                Name = "wide",
            },
            Site(8, 8) with
            {
                Name = "stem",
                Replaceable = false,
            },
        ];
        var (byChannels, byTwo) = (Context(SomeNlp with { Groups = null }, 4), Context(SomeNlp, 4));

        Assert.That(
            Routing(TaskBranch.Conv3x3, 0, 0.5m, 0.5m, 1).Notices(sites, byChannels),
            Is.EqualTo(
                new[]
                {
                    "gamma: 0.5 rounds down to no shared channel in 1 of 2 layers, "
                        + "where channels are shared in multiples of 8: narrow",
                }
            )
        );
        Assert.That(
            Routing(TaskBranch.Conv3x3, 0.9m, 0.2m, 0.2m, 1).Notices(sites, byChannels),
            Has.Exactly(2)
                .Items.And.Some.Contains(
                    "0.2 rounds down to no shared channel in 2 of 2 layers, "
                        + "where channels are shared in multiples of 8: narrow, wide"
                )
        );
        Assert.That(Routing(TaskBranch.Conv3x3, 0.9m, 0.5m, 0, 1).Notices(sites, byTwo), Is.Empty);
        Assert.That(((IRouting)new HardSharing()).Notices(sites, byChannels), Is.Empty);
    }

    [TestCaseSource(nameof(Operations))]
    public void With_gamma_1_it_is_hard_sharing_bit_for_bit(IOperation operation)
    {
        using var scope = NewDisposeScope();
        var (site, context) = (Site(6, 12, "norm"), Context(operation, 2));
        var (etr, hard) = (
            Routing(TaskBranch.Conv3x3, 1, 1).PlanSite(site, context),
            new HardSharing().PlanSite(site, context)
        );
        using var mine = Draw.Store(etr);
        using var theirs = Draw.Store(hard, seed: 2);
        using (no_grad())
        {
            foreach (
                var (ours, other) in mine
                    .Parameters.Values.Concat(mine.Buffers.Values)
                    .Zip(theirs.Parameters.Values.Concat(theirs.Buffers.Values))
            )
            {
                ours.copy_(other);
            }
        }

        var (x, y) = (
            Draw.Images("x", 3, site.Input).requires_grad_(),
            Draw.Images("x", 3, site.Input).requires_grad_()
        );
        var (shared, reference) = (
            etr.Build(mine).Forward(x, new Pass(1, true)),
            hard.Build(theirs).Forward(y, new Pass(1, true))
        );
        shared.square().sum().backward();
        reference.square().sum().backward();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shared.Bits(), Is.EqualTo(reference.Bits()));
            Assert.That(x.grad!.Bits(), Is.EqualTo(y.grad!.Bits()));
            Assert.That(
                mine.Parameters.Values.Select(p => p.grad!.Bits()),
                Is.EqualTo(theirs.Parameters.Values.Select(p => p.grad!.Bits()))
            );
        }
    }

    [TestCaseSource(nameof(Branches))]
    public void With_gamma_0_nothing_of_another_task_reaches_a_task(IOperation operation, TaskBranch branch)
    {
        using var scope = NewDisposeScope();
        var (site, context) = (Site(6, 12, "norm"), Context(operation, 2));
        var plan = Routing(branch, 0, 0).PlanSite(site, context);
        using var store = Draw.Store(plan);
        var layer = plan.Build(store);
        var x = Draw.Images("x", 3, site.Input);
        var before = layer.Forward(x, new Pass(0, true)).Bits();
        using (no_grad())
        {
            foreach (var parameter in plan.Parameters.Where(parameter => parameter.Owner != Owner.Of(0)))
            {
                store[parameter].fill_(float.NaN);
            }
        }

        Assert.That(layer.Forward(x, new Pass(0, true)).Bits(), Is.EqualTo(before));
    }

    // 3 primitives of 7 channels are 21 features, which 2 does not divide; 12 of 20 channels are no multiple of 5.
    [TestCase(7, 12, 2, "21 features that enter")]
    [TestCase(10, 13, 5, "13 channels that leave")]
    public void Groups_that_do_not_divide_are_a_mistake_in_operation_groups(
        int input,
        int output,
        int groups,
        string found
    )
    {
        var wrong = Assert.Throws<InvalidSettingException>(() =>
            new HardSharing().PlanSite(Site(input, output), Context(SomeNlp with { Groups = groups }, 2))
        );
        Assert.That(wrong!.Key, Is.EqualTo("groups"));
        Assert.That(wrong.Message, Does.Contain(found));
    }

    [Test]
    public void Gamma_1_needs_channels_that_the_groups_divide()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() =>
            Routing(TaskBranch.Conv3x3, 1, 0.5m).PlanSite(Site(6, 13), Context(SomeNlp, 2))
        );
        Assert.That(wrong!.Key, Is.EqualTo("groups"));
    }

    [Test]
    public void Without_fixed_features_a_task_branch_that_mixes_them_is_a_mistake()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() =>
            Routing(TaskBranch.Nlp1x1, 0.5m, 0.5m).PlanSite(Site(6, 12), Context(new Conv(), 2))
        );
        Assert.That(wrong!.Key, Is.EqualTo("task_branch"));
    }

    static TestCaseData Case(string name, IOperation operation, TaskBranch? branch = null) =>
        branch is { } chosen
            ? new TestCaseData(operation, chosen).SetArgDisplayNames(name, $"{chosen}")
            : new TestCaseData(operation).SetArgDisplayNames(name);

    static Etr Routing(TaskBranch branch, params decimal[] gammas) =>
        new(new PerTask<decimal>(null, [.. gammas], []), branch, NormOwnership.Owned);

    static RoutingContext Context(IOperation operation, int tasks) =>
        new(operation, [.. Enumerable.Range(0, tasks).Select(t => $"t{t}")], tasks);

    static ConvSite Site(int input, int output, string? norm = null) =>
        new(
            "site",
            new FeatureShape(input, 5, 4),
            output,
            3,
            2,
            Bias: false,
            Replaceable: true,
            norm,
            (_, _) => new Initialization.Normal(0.2)
        );
}
