using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
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
    public void The_dataset_is_read_by_one_thread_at_a_time()
    {
        var dataset = new Numbered(40);

        Assert.That(Stream(dataset).Training(seed: 1, epoch: 1).Count(), Is.EqualTo(10));
        Assert.That(dataset.ReadAtOnce, Is.EqualTo(1));
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

    static BatchStream Stream(IDataset dataset) =>
        new(
            dataset,
            new ImageSize(1, 2),
            _normalization,
            [new LearningTask("a", new Attributes(["x"])), new LearningTask("b", new Attributes(["y", "z"]))],
            batchSize: 4,
            torch.CPU
        );

    static int[] Numbers(Batch batch) => [.. batch.Targets[0].data<float>().Select(value => (int)value)];

    // Image i has the columns i, 10 i, 100 i.
    sealed class Numbered(int images, int failing = -1) : IDataset
    {
        int _reading;

        public int ReadAtOnce { get; private set; }

        public DataDigest Digest => throw new NotSupportedException();

        public int Count(Split split) => images;

        public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
        {
            ReadAtOnce = Math.Max(ReadAtOnce, Interlocked.Increment(ref _reading));
            Thread.Sleep(2);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(
                    i % 3 == 0 ? 51
                    : i % 3 == 1 ? 102
                    : 255
                );
            }

            Interlocked.Decrement(ref _reading);
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
