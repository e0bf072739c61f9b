using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Training;

public sealed class BatchStreamTests
{
    static readonly PixelNormalization _normalization = new([0.5, 0, 0], [0.5, 1, 2]);

    [TestCase(8, "4 4")]
    [TestCase(9, "4 4")] // a batch of one has no variance
    [TestCase(10, "4 4 2")]
    [TestCase(2, "2")]
    public void An_epoch_has_every_image_once_but_for_a_last_single_one(int images, string expected)
    {
        var stream = Stream(new Numbered(images));

        var batches = stream.Training(seed: 1, epoch: 1).Select(Numbers).ToArray();

        Assert.That(string.Join(' ', batches.Select(batch => batch.Length)), Is.EqualTo(expected));
        Assert.That(stream.TrainingBatches, Is.EqualTo(batches.Length));
        Assert.That(batches.SelectMany(batch => batch), Is.Unique);
    }

    [Test]
    public void Training_goes_on_from_any_batch_as_it_would_have()
    {
        var stream = Stream(new Numbered(11));
        var whole = stream.Training(seed: 1, epoch: 2).Select(Numbers).ToArray();

        for (var first = 0; first <= whole.Length; first++)
        {
            Assert.That(stream.Training(seed: 1, epoch: 2, first).Select(Numbers), Is.EqualTo(whole[first..]));
        }
    }

    [Test]
    public void Evaluation_has_every_image_once_in_order()
    {
        Assert.That(
            Stream(new Numbered(9)).Evaluation(Split.Val).SelectMany(Numbers),
            Is.EqualTo(Enumerable.Range(0, 9))
        );
    }

    // Bytes 51, 102, 255 are 0.2, 0.4 and 1; (0.2 - 0.5) / 0.5 = -0.6, 0.4, 1 / 2 = 0.5.
    [Test]
    public void Pixels_are_scaled_and_normalised_by_channel_and_columns_go_to_their_tasks()
    {
        foreach (var batch in Stream(new Numbered(4)).Evaluation(Split.Val))
        {
            Assert.That(batch.Images.shape, Is.EqualTo(new long[] { 4, 3, 1, 2 }));
            Assert.That(
                batch.Images[2, .., 0, 1].data<float>().ToArray(),
                Is.EqualTo(new[] { -0.6f, 0.4f, 0.5f }).Within(1e-6)
            );
            Assert.That(batch.Targets.Select(target => target.shape), Is.EqualTo(new long[][] { [4, 1], [4, 2] }));
            Assert.That(batch.Targets[1][3].data<float>().ToArray(), Is.EqualTo(new[] { 30f, 300f }));
        }
    }

    [Test]
    public void A_few_batches_are_read_at_once_and_come_in_order_however_long_each_takes()
    {
        var (slow, quick) = (new Numbered(40, slowEvery: 3, meeting: 2), new Numbered(40));

        var batches = Stream(slow).Evaluation(Split.Val).SelectMany(Numbers).ToArray();

        Assert.That(batches, Is.EqualTo(Stream(quick).Evaluation(Split.Val).SelectMany(Numbers)));
        Assert.That(slow.ReadAtOnce, Is.EqualTo(2));
    }

    [Test]
    public void Only_training_images_are_augmented_and_each_epoch_and_seed_otherwise()
    {
        var stream = Stream(new Numbered(32), [new Flip(0.5)]);

        var first = Seen(stream.Training(seed: 1, epoch: 1));

        Assert.That(Seen(stream.Evaluation(Split.Train)).Values, Has.All.EqualTo(Numbered.Straight));
        Assert.That(first.Values.Distinct().Count(), Is.EqualTo(2));
        Assert.That(Seen(stream.Training(seed: 1, epoch: 1)), Is.EqualTo(first));
        Assert.That(Seen(stream.Training(seed: 1, epoch: 2)), Is.Not.EqualTo(first));
        Assert.That(Seen(stream.Training(seed: 2, epoch: 1)), Is.Not.EqualTo(first));
    }

    [Test]
    public void What_happens_to_an_image_does_not_depend_on_the_size_of_batches()
    {
        var small = Stream(new Numbered(32), [new Flip(0.5)], 4);
        var large = Stream(new Numbered(32), [new Flip(0.5)], 16);

        Assert.That(Seen(small.Training(seed: 1, epoch: 1)), Is.EqualTo(Seen(large.Training(seed: 1, epoch: 1))));
    }

    [Test]
    public void A_read_that_fails_is_told_as_it_is()
    {
        Assert.That(
            () => Stream(new Numbered(40, failing: 6)).Evaluation(Split.Val).Count(),
            Throws.InstanceOf<FormatException>().With.Message.EqualTo("image 6")
        );
    }

    [Test]
    [NonParallelizable]
    public void No_tensor_outlives_its_batch_whether_an_epoch_is_finished_or_left()
    {
        var kept = LiveTensors.KeptBy(() =>
        {
            _ = Stream(new Numbered(40)).Training(seed: 1, epoch: 1).Count();
            _ = Stream(new Numbered(40)).Training(seed: 1, epoch: 1).First();
            _ = Stream(new Numbered(40)).Training(seed: 1, epoch: 1).Take(9).Count();
        });

        Assert.That(kept, Is.LessThanOrEqualTo(0));
    }

    static BatchStream Stream(IDataset dataset, ImmutableArray<IAugmentation>? augmentations = null, int batch = 4) =>
        new(
            dataset,
            new ImageSize(1, 2),
            _normalization,
            [new LearningTask("a", new Attributes(["x"])), new LearningTask("b", new Attributes(["y", "z"]))],
            batch,
            torch.CPU,
            augmentations ?? []
        );

    static int[] Numbers(Batch batch) => [.. batch.Targets[0].data<float>().Select(value => (int)value)];

    // By image: the red of its left and right pixel.
    static Dictionary<int, (float Left, float Right)> Seen(IEnumerable<Batch> batches)
    {
        var seen = new Dictionary<int, (float Left, float Right)>();
        foreach (var batch in batches)
        {
            var reds = batch.Images[.., 0, 0].contiguous().data<float>().ToArray();
            foreach (var (i, image) in Numbers(batch).Index())
            {
                seen.Add(image, (reds[2 * i], reds[(2 * i) + 1]));
            }
        }

        return seen;
    }

    // Image i has the columns i, 10 i, 100 i; its right pixel is 51, 102, 255, its left one the same but for red 0.
    sealed class Numbered(int images, int failing = -1, int slowEvery = int.MaxValue, int meeting = 1) : IDataset
    {
        // 0 and 51 / 255, less 0.5, over 0.5.
        public static readonly (float Left, float Right) Straight = (-1, -0.6f);

        readonly AtOnce _readers = new(meeting);
        int _read;

        public int ReadAtOnce => _readers.Most;

        public DataDigest Digest => throw new NotSupportedException();

        public int Count(Split split) => images;

        public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
        {
            using var reading = _readers.Enter();
            Thread.Sleep(Interlocked.Increment(ref _read) % slowEvery == 0 ? 20 : 2);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(
                    i % 6 == 0 ? 0
                    : i % 3 == 0 ? 51
                    : i % 3 == 1 ? 102
                    : 255
                );
            }
        }

        public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values)
        {
            if (indices.Contains(failing))
            {
                throw new FormatException($"image {failing}");
            }

            for (var i = 0; i < indices.Length; i++)
            {
                (values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]) = (
                    indices[i],
                    10 * indices[i],
                    100 * indices[i]
                );
            }
        }

        public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values) =>
            throw new NotSupportedException();

        public void Dispose() { }
    }
}
