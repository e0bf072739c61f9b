using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Backbones;

/// <summary>SegNet; its counts are compared with the golden file.</summary>
public sealed class SegNetTests
{
    [TestCase(32, 64)]
    [TestCase(33, 47)]
    [TestCase(5, 3)]
    public void Features_have_the_size_of_any_image_and_stay_channels_last(int height, int width)
    {
        using var scope = NewDisposeScope();
        var (routing, context) = (new HardSharing(), new RoutingContext(new Conv(), ["a"], 1));
        var plan = new SegNet(0.125)
            .Plan(new ImageSize(height, width), 1, site => routing.PlanSite(site, context))
            .InOrder();
        using var store = Draw.Store(plan);
        var x = Draw.Images("x", 2, plan.Input).requires_grad_();

        var y = plan.Build(store).Forward(x, new Pass(0, Training: true));
        y.square().sum().backward();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(y.shape, Is.EqualTo(new long[] { 2, 8, height, width }));
            Assert.That(y.stride(), Is.EqualTo(new long[] { 8 * height * width, 1, 8 * width, 8 }));
            Assert.That(x.grad!.isfinite().all().item<bool>(), Is.True);
            Assert.That(plan.Output, Is.EqualTo(new FeatureShape(8, height, width)));
        }
    }

    [Test]
    public void Only_the_first_convolution_cannot_be_replaced()
    {
        var sites = new List<ConvSite>();
        new SegNet(1).Plan(
            new ImageSize(32, 32),
            1,
            site =>
            {
                sites.Add(site);
                return new HardSharing().PlanSite(site, new RoutingContext(new Conv(), ["a"], 1));
            }
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sites, Has.Count.EqualTo(26));
            Assert.That(
                sites.Where(site => !site.Replaceable).Select(site => site.Name),
                Is.EqualTo(new[] { "encoder1.0.conv" })
            );
            Assert.That(sites.Select(site => site.BiasInitialization), Is.All.EqualTo(new Initialization.Constant(0)));
            Assert.That(
                sites[0].WeightInitialization(27, 576),
                Is.EqualTo(new Initialization.Normal(Math.Sqrt(2.0 / 603)))
            ); // Glorot and Bengio 2010
        }
    }

    // conv 64 * 64 * 9 + 64 = 36,928, then 65 per output.
    [TestCase(1)]
    [TestCase(13)]
    public void A_dense_head_has_36928_parameters_and_65_per_output(int outputs)
    {
        var kind = new Segmentation([.. Enumerable.Range(0, outputs).Select(c => $"{c}")], new OneVsRest());

        Assert.That(
            kind.Head("head", new FeatureShape(64, 4, 4), Owner.Shared).Parameters.Sum(parameter => parameter.Count),
            Is.EqualTo(36_928 + (65 * outputs))
        );
    }

    [Test]
    public void A_backbone_that_ends_in_one_pixel_cannot_predict_every_pixel() =>
        Assert.That(
            () =>
                NetworkPlanner.Plan(
                    Some.Experiment(new ResNet18(0.125, true), new Conv(), new HardSharing()) with
                    {
                        Tasks = [new LearningTask("far", new Depth())],
                    },
                    new ImageSize(32, 32)
                ),
            Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("'far'").And.Message.Contains("segnet")
        );
}
