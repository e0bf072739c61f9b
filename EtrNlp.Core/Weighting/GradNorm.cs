using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Learned weights w that draw the weighted gradient norms w_t |g_t| towards their mean times (relative inverse
/// training rate)^alpha. They start at 1 and add up to T (Chen et al. 2018, Algorithm 1); in a batch that knows labels
/// of fewer tasks, those of these add up to their number. First losses are those of the very first batch that has one.
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
        // Of a step: its known tasks, and the weights that it found.
        (int[] Known, double[] Weights) _found = ([], []);

        public double[] Combine(double[,] gram, double[] losses, StepClock clock)
        {
            using var noGrad = torch.no_grad();
            var (w, norms, firsts) = (Numbers(weights), Gram.Norms(gram), First(losses, clock));
            var known = KnownTasks.In(losses);
            _found = (known, w);
            double[] rates = [.. losses.Zip(firsts, (loss, first) => first > 0 ? loss / first : 1)];
            var meanNorm = Mean(task => w[task] * norms[task]);
            var meanRate = Mean(task => rates[task]);
            var slopes = new float[losses.Length];
            foreach (var task in known)
            {
                var target = meanNorm > 0 ? meanNorm * Math.Pow(rates[task] / meanRate, alpha) : 0;
                slopes[task] = (float)(Math.Sign((w[task] * norms[task]) - target) * norms[task]);
            }

            weights.grad = torch.tensor(slopes, device: weights.device);
            return known.Length == w.Length ? w : AddingUpToTheirNumber(w, known);

            double Mean(Func<int, double> of) => known.Select(of).DefaultIfEmpty(1).Average();
        }

        public void Stepped()
        {
            using var noGrad = torch.no_grad();
            var (known, before) = _found;
            if (known.Length == before.Length)
            {
                weights.div_(weights.mean());
                return;
            }

            // The sum of the known ones stays, and Adam must not move the others, which have no gradient.
            var (now, sum) = (AddingUpToTheirNumber(Numbers(weights), known), known.Sum(task => before[task]));
            double[] kept = [.. before.Select((w, task) => known.Contains(task) ? now[task] * sum / known.Length : w)];
            weights.copy_(torch.tensor(kept));
        }

        static double[] AddingUpToTheirNumber(double[] w, int[] known)
        {
            var sum = known.Sum(task => w[task]);
            return [.. w.Select((x, task) => known.Contains(task) ? x * known.Length / sum : 0)];
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
