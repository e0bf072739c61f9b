using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Reads a dataset as batches on the device. The next batches are read in the background while one is worked on; the
/// tensors of a batch are freed when the next one is asked for. For a GPU it lies in page-locked memory, and its copy
/// is queued behind the work the GPU has, which nobody waits for: the allocator of such memory hands a freed piece out
/// again only when the copies from it are done.
/// </summary>
public sealed class BatchStream(
    ILabelledImages dataset,
    ImageSize size,
    PixelNormalization normalization,
    ImmutableArray<LearningTask> tasks,
    int batchSize,
    Device device,
    ImmutableArray<IAugmentation> augmentations
)
{
    // A processor that trains has little time to read for itself; a GPU waits for whoever reads.
    readonly int _workers = device.type == DeviceType.CUDA ? Math.Clamp(Environment.ProcessorCount / 2, 2, 8) : 2;
    readonly ImmutableArray<LabelPlace> _places = LabelPlace.Of(tasks);
    readonly int _columns = tasks.Sum(task => task.Kind.Columns.Length);
    readonly PixelMap[] _maps = [.. tasks.SelectMany(task => task.Kind.Maps)];

    /// <summary>The data of an experiment, opened.</summary>
    public static BatchStream Of(
        IDatasetSource source,
        ILabelledImages dataset,
        ImmutableArray<LearningTask> tasks,
        TrainingConfig training,
        Device device
    ) => new(dataset, source.Size, source.Normalization, tasks, training.BatchSize, device, training.Augment);

    /// <summary>
    /// Batches a training epoch has; a last batch of a single image is left out, since one value has no variance to
    /// normalise by.
    /// </summary>
    public int TrainingBatches => (dataset.Count(Split.Train) + batchSize - 2) / batchSize;

    /// <summary>Training batches of an epoch from a position on, in an order that only seed and epoch decide.</summary>
    public IEnumerable<Batch> Training(long seed, int epoch, int firstBatch = 0)
    {
        var order = Enumerable.Range(0, dataset.Count(Split.Train)).ToArray();
        RandomStream.For(seed, "order", "train", epoch).Shuffle<int>(order);
        var augmenter = augmentations.IsEmpty
            ? null
            : new Augmenter(augmentations, new Scenery(size, dataset.Depth), seed, epoch);
        return Read(Split.Train, order, Math.Min(firstBatch, TrainingBatches)..TrainingBatches, augmenter);
    }

    /// <summary>All images of a split in their own order, the last batch as short as it comes.</summary>
    public IEnumerable<Batch> Evaluation(Split split)
    {
        var order = Enumerable.Range(0, dataset.Count(split)).ToArray();
        return Read(split, order, ..);
    }

    IEnumerable<Batch> Read(Split split, int[] order, Range batches, Augmenter? augmenter = null)
    {
        var (first, count) = batches.GetOffsetAndLength((order.Length + batchSize - 1) / batchSize);
        var reads = Enumerable
            .Range(first, count)
            .Select(batch => order.AsMemory()[(batch * batchSize)..Math.Min((batch + 1) * batchSize, order.Length)])
            .Select<Memory<int>, Func<RawBatch>>(images => () => ReadRaw(split, images.Span, augmenter));
        foreach (var ready in Prefetch.InOrder(reads, _workers))
        {
            using var scope = NewDisposeScope();
            yield return OnDevice(ready);
        }
    }

    RawBatch ReadRaw(Split split, ReadOnlySpan<int> indices, Augmenter? augmenter)
    {
        var pixels = empty([indices.Length, size.Height, size.Width, 3], ScalarType.Byte);
        var columns = empty([indices.Length, _columns], ScalarType.Float32);
        var (count, maps) = (indices.Length, new Tensor[_maps.Length]);
        for (var map = 0; map < maps.Length; map++)
        {
            maps[map] = empty([count, size.Height, size.Width, _maps[map].Channels], ScalarType.Float32);
        }

        dataset.ReadColumns(split, indices, MemoryMarshal.Cast<byte, float>(columns.bytes));
        // What is altered is still in the processor's cache if it was read alone.
        var together = augmenter is null ? count : 1;
        var images = pixels.bytes;
        for (var first = 0; first < count; first += together)
        {
            var alterations = augmenter?.Draw(indices[first]) ?? [];
            var some = indices.Slice(first, together);
            ReadImages(split, some, Part(images, first, together, count), alterations);
            for (var map = 0; map < maps.Length; map++)
            {
                var all = MemoryMarshal.Cast<byte, float>(maps[map].bytes);
                ReadMap(map, split, some, Part(all, first, together, count), alterations);
            }
        }

        return new RawBatch(Locked(pixels), Locked(columns), Array.ConvertAll(maps, Locked));
    }

    void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels, IAlteration[] alterations)
    {
        dataset.ReadImages(split, indices, pixels);
        foreach (var alteration in alterations)
        {
            alteration.Alter(pixels);
        }
    }

    void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values, IAlteration[] alterations)
    {
        dataset.ReadMap(map, split, indices, values);
        foreach (var alteration in alterations)
        {
            alteration.Alter(_maps[map], values);
        }
    }

    static Span<T> Part<T>(Span<T> all, int first, int count, int of)
    {
        var length = all.Length / of;
        return all.Slice(first * length, count * length);
    }

    // In memory that the GPU can read by itself; the tensor itself where there is none.
    Tensor Locked(Tensor host)
    {
        if (device.type != DeviceType.CUDA)
        {
            return host;
        }

        using (host)
        {
            return host.pin_memory();
        }
    }

    Batch OnDevice(RawBatch ready)
    {
        using var raw = ready;
        // [N, H, W, 3]
        var images = raw.Pixels.to(device, non_blocking: true).to(ScalarType.Float32).div_(Scalars.Of(255));
        if (!normalization.IsIdentity)
        {
            images = images.sub_(PerChannel(normalization.Mean, device)).div_(PerChannel(normalization.Std, device));
        }

        var columns = raw.Columns.to(device, copy: true, non_blocking: true);
        return new Batch(
            images.permute(0, 3, 1, 2),
            [.. _places.Select(place => place.Task.Kind.IsDense ? Maps(place) : Columns(place))]
        );

        Tensor Columns(LabelPlace place) =>
            columns.narrow(1, place.FirstColumn, place.Task.Kind.Columns.Length).contiguous();

        // [N, channels, H, W]
        Tensor Maps(LabelPlace place) =>
            cat(
                    [
                        .. raw
                            .Maps.AsSpan(place.FirstMap, place.Task.Kind.Maps.Length)
                            .ToArray()
                            .Select(one => one.to(device, copy: true, non_blocking: true)),
                    ],
                    3
                )
                .permute(0, 3, 1, 2);
    }

    /// <summary>
    /// [3], filled in on the device: a copy from ordinary memory would wait for all that a GPU has still to do.
    /// </summary>
    internal static Tensor PerChannel(IReadOnlyList<double> values, Device device) =>
        cat([.. values.Select(value => full([1], Scalars.Of(value), ScalarType.Float32, device))]);

    sealed record RawBatch(Tensor Pixels, Tensor Columns, Tensor[] Maps) : IDisposable
    {
        public void Dispose()
        {
            Pixels.Dispose();
            Columns.Dispose();
            Array.ForEach(Maps, map => map.Dispose());
        }
    }
}
