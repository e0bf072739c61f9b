using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Randomness;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Moves masks [T, C] of a layer (Pascal et al. 2021): in a move every task gives up one channel that it keeps and
/// takes one that it has never kept, both at random, until it has kept every channel that it reads. Row sums stay.
/// </summary>
/// <param name="Masks">The masks.</param>
/// <param name="Period">Epochs between two moves.</param>
/// <param name="Reads">For each task the channels it reads, in rising order.</param>
public sealed record Roaming(BufferPlan Masks, decimal Period, ImmutableArray<ImmutableArray<int>> Reads) : IChange
{
    /// <summary>[T, C], 1 for a channel that a task keeps or has kept; before the first move 0.</summary>
    public BufferPlan Tested { get; } =
        new($"{Masks.Name[..Masks.Name.LastIndexOf('.')]}.tested", Masks.Shape, new Initialization.Constant(0));

    /// <summary>Steps between two moves: part of a step is a whole one.</summary>
    public long Steps(long stepsPerEpoch) => Math.Max(1, (long)Math.Ceiling(Period * stepsPerEpoch));

    /// <inheritdoc/>
    public void Before(StepClock clock, TensorStore tensors)
    {
        if (clock.Step == 0 || clock.Step % Steps(clock.StepsPerEpoch) != 0)
        {
            return;
        }

        var (masks, tested) = (Read(tensors[Masks]), Read(tensors[Tested]));
        var random = RandomStream.For(clock.Seed, "roaming", Masks.Name, clock.Step);
        var channels = (int)Masks.Shape[1];
        foreach (var (task, reads) in Reads.Index())
        {
            var start = task * channels;
            Move(masks.AsSpan(start, channels), tested.AsSpan(start, channels), reads, random);
        }

        Write(masks, tensors[Masks]);
        Write(tested, tensors[Tested]);
    }

    static void Move(Span<float> mask, Span<float> tested, ImmutableArray<int> reads, RandomStream random)
    {
        var (kept, untested) = (new List<int>(), new List<int>());
        foreach (var channel in reads)
        {
            tested[channel] = Math.Max(tested[channel], mask[channel]);
            if (mask[channel] > 0)
            {
                kept.Add(channel);
            }

            if (tested[channel] == 0)
            {
                untested.Add(channel);
            }
        }

        if (kept.Count == 0 || untested.Count == 0)
        {
            return;
        }

        var taken = untested[random.NextInt(untested.Count)];
        (mask[taken], tested[taken]) = (1, 1);
        mask[kept[random.NextInt(kept.Count)]] = 0;
    }

    static float[] Read(Tensor tensor)
    {
        using var values = tensor.cpu();
        return [.. values.data<float>()];
    }

    // In place, since built layers hold views.
    void Write(float[] values, Tensor target)
    {
        using var source = tensor(values, [.. Masks.Shape]);
        target.copy_(source);
    }
}
