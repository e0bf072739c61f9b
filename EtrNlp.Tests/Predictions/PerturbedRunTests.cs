using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Predictions;

/// <summary>Predictions of a network whose noise is that of one size, and whose norms keep no statistics.</summary>
public sealed class PerturbedRunTests
{
    [Test]
    public async Task It_says_that_batches_matter_and_keeps_its_size()
    {
        using var tiny = new TinyExperiment();
        tiny.Train([
            "training.epochs=1",
            "operation={kind: nlp, primitives: [{kind: perturb}, {kind: identity}]}",
            "routing.norm=shared_batch",
        ]);
        var (run, image) = (tiny.Folder().Path, Path.Combine(tiny.Runs, "a.png"));
        using (var painted = new SKBitmap(40, 30))
        using (var file = File.Create(image))
        {
            painted.Encode(file, SKEncodedImageFormat.Png, 100);
        }

        var same = await Etrnlp.Run("predict", run, image, "-o", Path.Combine(tiny.Runs, "same"), "--device", "cpu");
        var other = await Etrnlp.Run(
            ["predict", run, image, "-o", Path.Combine(tiny.Runs, "other"), "--device", "cpu", "--size", "32x48"]
        );

        Assert.That(same.Code, Is.Zero, same.Error);
        Assert.That(
            same.Error.TrimEnd(),
            Does.EndWith("so that what is predicted for an image depends on the 4 images of its batch")
        );
        Told.IsTold(
            other,
            2,
            "--size 32x48: buffer/layer1.0.conv1.shared.primitives.0.noise is [8, 8, 8] in the checkpoint and would "
                + "have to be [8, 8, 12], since the network keeps something for every pixel"
        );
    }
}
