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
                for (var task = 0; task < masks.Tasks; task++)
                {
                    FillMask(values.AsSpan(task * (count / masks.Tasks), count / masks.Tasks), task, masks, random);
                }

                break;
            default:
                throw new ArgumentException($"unknown start {start.GetType().Name}", nameof(start));
        }

        return values;
    }

    static void FillMask(Span<float> row, int task, Initialization.TaskMasks masks, RandomStream random)
    {
        var others = new List<int>();
        for (var channel = 0; channel < row.Length; channel++)
        {
            row[channel] = channel % masks.Tasks == task ? 1 : 0;
            if (row[channel] == 0)
            {
                others.Add(channel);
            }
        }

        var missing = masks.Ones - (row.Length - others.Count);
        random.Shuffle(CollectionsMarshal.AsSpan(others));
        foreach (var channel in others.Take(missing))
        {
            row[channel] = 1;
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
