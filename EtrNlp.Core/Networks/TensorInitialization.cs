using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Data.Randomness;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// Draws the start of a tensor from our own generator, keyed by the run's seed and the tensor's name.
/// </summary>
public static class TensorInitialization
{
    /// <summary>A float32 tensor outside every dispose scope.</summary>
    public static Tensor Draw(Initialization start, ImmutableArray<long> shape, long seed, string name, Device device)
    {
        var values = Values(start, checked((int)shape.Aggregate(1L, (product, n) => product * n)), seed, name);
        using var drawn = tensor(values, [.. shape], dtype: ScalarType.Float32);
        return drawn.to(device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>The same numbers as a plain array, row-major.</summary>
    public static float[] Values(Initialization start, int count, long seed, string name)
    {
        var values = new float[count];
        var random = RandomStream.For(seed, "parameter", name);
        switch (start)
        {
            case Initialization.Normal normal:
                random.FillGaussian(values, (float)normal.Deviation);
                break;
            case Initialization.Uniform uniform:
                random.FillUniform(values, (float)-uniform.Bound, (float)uniform.Bound);
                break;
            case Initialization.Constant constant:
                Array.Fill(values, (float)constant.Value);
                break;
            case Initialization.Diagonal square:
                var each = count / (square.Rows * square.Rows);
                for (var i = 0; i < count; i++)
                {
                    values[i] = (float)(i / each % (square.Rows + 1) == 0 ? square.Own : square.Others);
                }

                break;
            case Initialization.Signs signs:
                for (var i = 0; i < count; i++)
                {
                    values[i] = random.NextInt(2) == 0 ? -1 : 1;
                }

                Thin(values, signs.NonZero, random);
                break;
            case Initialization.SparseNormal sparse:
                random.FillGaussian(values, (float)sparse.Deviation);
                Thin(values, sparse.NonZero, random);
                break;
            case Initialization.TaskMasks masks:
                FillMasks(values, masks, random);
                break;
            default:
                throw new ArgumentException($"unknown start {start.GetType().Name}", nameof(start));
        }

        return values;
    }

    static void FillMasks(float[] values, Initialization.TaskMasks masks, RandomStream random)
    {
        var channels = values.Length / masks.Reads.Length;
        var readers = Enumerable
            .Range(0, masks.Reads.Length)
            .SelectMany(task => masks.Reads[task].Select(channel => (Channel: channel, Task: task)))
            .ToLookup(read => read.Channel, read => read.Task);
        foreach (var (task, reads) in masks.Reads.Index())
        {
            var row = values.AsSpan(task * channels, channels);
            var others = new List<int>();
            foreach (var channel in reads)
            {
                var inTurn = readers[channel].ToArray();
                row[channel] = inTurn[channel % inTurn.Length] == task ? 1 : 0;
                if (row[channel] == 0)
                {
                    others.Add(channel);
                }
            }

            random.Shuffle(CollectionsMarshal.AsSpan(others));
            foreach (var channel in others.Take(masks.Ones[task] - (reads.Length - others.Count)))
            {
                row[channel] = 1;
            }
        }
    }

    static void Thin(float[] values, double nonZero, RandomStream random)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        random.Shuffle<int>(order);
        foreach (var i in order.Skip((int)Math.Floor((nonZero * values.Length) + 1e-9)))
        {
            values[i] = 0;
        }
    }
}
