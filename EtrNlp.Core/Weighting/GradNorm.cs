using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Learned weights w that draw the weighted gradient norms w_t |g_t| towards their mean times (relative inverse
/// training rate)^alpha. They start at 1 and add up to T (Chen et al. 2018, Algorithm 1). First losses are those of the
/// very first batch that has one.
/// </summary>
public sealed record GradNorm(double Alpha) : IGradientWeighting
{
    static readonly Setting<double> AlphaKey = new(
        "alpha",
        "how much faster a task that lags behind is to train; 0 makes the norms equal",
        Values.Number(0, 10),
        "0.5"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "gradnorm",
            "learned weights that keep the task gradients in proportion to how the tasks lag behind",
            "Chen et al. 2018, GradNorm, Algorithm 1; alpha as in paper Table 4",
            [AlphaKey],
            values => new GradNorm(values.Get(AlphaKey))
        );

    /// <inheritdoc/>
    public GradientPlace Place => GradientPlace.LastShared;

    /// <inheritdoc/>
    public bool ScalesOwnParameters => true;

    /// <inheritdoc/>
    public ImmutableArray<ParameterPlan> Learned(IReadOnlyList<string> taskNames) => [Weights(taskNames.Count)];

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [FirstLosses(taskNames.Count)];

    /// <inheritdoc/>
    public IGradientBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(tensors[Weights(taskNames.Count)], tensors[FirstLosses(taskNames.Count)], Alpha);

    static ParameterPlan Weights(int tasks) =>
        new("weighting.weights", Owner.Shared, [tasks], new Initialization.Constant(1));

    static BufferPlan FirstLosses(int tasks) => new("weighting.first_losses", [tasks], new Initialization.Constant(0));

    sealed class AtWork(torch.Tensor weights, torch.Tensor firstLosses, double alpha) : IGradientBalance
    {
        public double[] Combine(double[,] gram, double[] losses, StepClock clock)
        {
            using var noGrad = torch.no_grad();
            var (w, norms, firsts) = (Numbers(weights), Gram.Norms(gram), First(losses, clock));
            double[] rates = [.. losses.Zip(firsts, (loss, first) => first > 0 ? loss / first : 1)];
            var (meanNorm, meanRate) = (w.Zip(norms, (x, norm) => x * norm).Average(), rates.Average());
            var slopes = new float[losses.Length];
            for (var task = 0; task < losses.Length; task++)
            {
                var target = meanNorm > 0 ? meanNorm * Math.Pow(rates[task] / meanRate, alpha) : 0;
                slopes[task] = (float)(Math.Sign((w[task] * norms[task]) - target) * norms[task]);
            }

            weights.grad = torch.tensor(slopes, device: weights.device);
            return w;
        }

        public void Stepped()
        {
            using var noGrad = torch.no_grad();
            weights.div_(weights.mean());
        }

        // A batch may know no label of a task, whose loss is 0: then its first loss is a later one.
        double[] First(double[] losses, StepClock clock)
        {
            var firsts = clock.Step == 0 ? new double[losses.Length] : Numbers(firstLosses);
            if (firsts.Contains(0))
            {
                firsts = [.. firsts.Zip(losses, (first, loss) => first > 0 ? first : loss)];
                firstLosses.copy_(torch.tensor(firsts));
            }

            return firsts;
        }

        static double[] Numbers(torch.Tensor tensor) =>
            Array.ConvertAll(tensor.detach().cpu().data<float>().ToArray(), number => (double)number);
    }
}
