using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Metrics;

/// <summary>Errors of depth and angles of normals on a few pixels; a 0 is unknown.</summary>
public sealed class PixelMeterTests
{
    // Two batches of one image: depths 1, 2, 4 and 0 (unknown), then 8 and three unknown.
    static readonly float[][] Depths =
    [
        [1, 2, 4, 0],
        [8, 0, 0, 0],
    ];

    [Test]
    public void The_label_itself_has_no_error()
    {
        using var meter = MeasuredDepth(depths => depths);

        Assert.That(meter.Values().Select(value => value.Value), Is.All.EqualTo(0));
    }

    // Always 3: errors 2, 1, 1, mean 4/3, and 5, mean (4/3 + 5) / 2 = 19/6; relative 2, 1/2, 1/4, mean 11/12, and 5/8,
    // mean 37/48.
    [Test]
    public void A_constant_depth_scores_what_arithmetic_says()
    {
        using var meter = MeasuredDepth(depths => full_like(depths, 3));

        Assert.That(
            meter.Values().Select(value => (value.Part, value.Name, Math.Round(value.Value!.Value, 6))),
            Is.EqualTo(
                new[]
                {
                    ("depth", "abs_err", 3.166667),
                    ("depth", "rel_err", 0.770833),
                    ("", "abs_err", 3.166667),
                    ("", "rel_err", 0.770833),
                }
            )
        );
    }

    // The median of 1, 2, 4, 8 is 2 (the lower one): errors 1, 0, 2, mean 1, and 6, mean 3.5. Weighted by 1, 1/2, 1/4,
    // 1/8, half of 15/8 is reached at 1: relative errors 0, 1/2, 3/4, mean 5/12, and 7/8, mean 31/48.
    [Test]
    public void The_best_constant_depth_is_the_median()
    {
        using var meter = MeasuredDepth(depths => depths);

        Assert.That(
            meter.BestConstant().Select(value => value.Value!.Value),
            Is.EqualTo(new[] { 3.5, 31 / 48.0 }).Within(1e-6)
        );
    }

    // More pixels than are kept of a batch, known in every second column only, where the depth is always 5.
    [Test]
    public void The_best_constant_of_large_maps_is_found_where_pixels_are_known([Values(0, 1)] int known)
    {
        using var scope = NewDisposeScope();
        using var meter = new DepthMeter();
        var depth = zeros(1, 1, 256, 512);
        depth.slice(3, known, 512, 2).fill_(5);
        meter.Add(ones_like(depth), depth);

        Assert.That(meter.BestConstant().Select(value => value.Value), Is.EqualTo(new[] { 0.0, 0.0 }));
    }

    [Test]
    public void What_is_unknown_everywhere_has_no_value()
    {
        using var scope = NewDisposeScope();
        using var depth = new DepthMeter();
        using var normals = new NormalMeter();
        depth.Add(ones(1, 1, 1, 2), zeros(1, 1, 1, 2));
        normals.Add(ones(1, 3, 1, 2), zeros(1, 4, 1, 2));

        Assert.That(
            depth
                .Values()
                .Concat(depth.BestConstant())
                .Concat(normals.Values())
                .Concat(normals.BestConstant())
                .Select(value => value.Value),
            Is.All.Null
        );
    }

    // Normals x, x, y and unknown; always x (of any length): angles 0, 0, 90: mean 30, median 0, 2 of 3 within every
    // limit.
    [Test]
    public void Normals_score_by_their_angles()
    {
        using var meter = MeasuredNormals([
            [5, 0, 0],
            [5, 0, 0],
            [5, 0, 0],
            [5, 0, 0],
        ]);

        Assert.That(Own(meter.Values()), Is.EqualTo(new[] { 30, 0, 2 / 3.0, 2 / 3.0, 2 / 3.0 }).Within(1e-9));
    }

    [Test]
    public void The_normals_themselves_have_no_angle()
    {
        using var meter = MeasuredNormals([
            [1, 0, 0],
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
        ]);

        Assert.That(Own(meter.Values()), Is.EqualTo(new double[] { 0, 0, 1, 1, 1 }).Within(1e-9));
    }

    // The mean of x, x, y points along (2, 1): 26.565 degrees from x, 63.435 from y. Mean (2 * 26.565 + 63.435) / 3 =
    // 38.855; 2 of 3 within 30.
    [Test]
    public void The_best_constant_normal_is_the_mean()
    {
        using var meter = MeasuredNormals([
            [1, 0, 0],
            [1, 0, 0],
            [1, 0, 0],
            [1, 0, 0],
        ]);

        Assert.That(
            meter.BestConstant().Select(value => value.Value!.Value),
            Is.EqualTo(new[] { 38.855, 26.565, 0, 0, 2 / 3.0 }).Within(1e-3)
        );
    }

    // The loss counts where depth is known, which is the first three: cosines 1, 1, 0 of always x.
    [Test]
    public void The_loss_of_normals_counts_where_depth_is_known()
    {
        using var scope = NewDisposeScope();

        var loss = new Normals().Loss(
            Image([
                [2, 0, 0],
                [2, 0, 0],
                [2, 0, 0],
                [2, 0, 0],
            ]),
            Known()
        );

        Assert.That(loss.item<float>(), Is.EqualTo(1 / 3.0).Within(1e-6));
    }

    [Test]
    public void The_loss_of_normals_and_its_gradient_are_0_where_no_depth_is_known()
    {
        using var scope = NewDisposeScope();
        var outputs = ones(1, 3, 2, 2).requires_grad_();

        var loss = new Normals().Loss(outputs, cat([ones(1, 3, 2, 2), zeros(1, 1, 2, 2)], 1));
        loss.backward();

        Assert.That(loss.item<float>(), Is.Zero);
        Assert.That(outputs.grad!.data<float>().ToArray(), Has.All.Zero);
    }

    static double[] Own(IEnumerable<MetricValue> values) =>
        [.. values.Where(value => value.Part.Length == 0).Select(value => value.Value!.Value)];

    static DepthMeter MeasuredDepth(Func<Tensor, Tensor> predict)
    {
        using var scope = NewDisposeScope();
        var meter = new DepthMeter();
        foreach (var depths in Depths.Select(batch => tensor(batch, [1, 1, 2, 2])))
        {
            meter.Add(predict(depths), depths);
        }

        return meter;
    }

    static NormalMeter MeasuredNormals(float[][] predicted)
    {
        using var scope = NewDisposeScope();
        var meter = new NormalMeter();
        meter.Add(Image(predicted), Known());
        return meter;
    }

    static Tensor Known() =>
        cat(
            [
                Image([
                    [1, 0, 0],
                    [1, 0, 0],
                    [0, 1, 0],
                    [0, 0, 0],
                ]),
                tensor([1f, 1, 1, 0], [1, 1, 1, 4]),
            ],
            1
        );

    // Four pixels in a row, [1, 3, 1, 4].
    static Tensor Image(float[][] pixels) =>
        tensor([.. pixels.SelectMany(pixel => pixel)], [1, 1, 4, 3], dtype: float32).permute(0, 3, 1, 2);
}
