using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Fast adaptive multitask optimization: factors z_t / L_t over their sum, z the softmax of learned logits. After every
/// step Adam moves the logits towards tasks whose log loss fell least (Liu et al. 2023, arXiv 2306.03792, Algorithm 1).
/// Losses are known to be at least 0, and gradients are not clipped.
/// </summary>
public sealed record Famo(double LearningRate, double Gamma) : ILossWeighting
{
    const double Epsilon = 1e-8; // added to losses and to Adam's roots, as in the public code

    static readonly Setting<double> LearningRateKey = new(
        "learning_rate",
        "step size of the logits",
        Values.Number(0, 100),
        "0.025"
    );

    static readonly Setting<double> GammaKey = new(
        "gamma",
        "weight decay of the logits: draws the weights of tasks together",
        Values.Number(0, 100),
        "0.01"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "famo",
            "learned weights of log losses, so that all fall at the same rate; passes each batch forward once more",
            "Liu et al. 2023, FAMO (arXiv 2306.03792); learning_rate and gamma as in its public code",
            [LearningRateKey, GammaKey],
            values => new Famo(values.Get(LearningRateKey), values.Get(GammaKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.Joint];

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [Logits(taskNames.Count)];

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(
            tensors[Logits(taskNames.Count)],
            new Adam(LearningRate, 0.9, 0.999, Epsilon, Gamma, new ConstantSchedule())
        );

    // Logits, and Adam's first and second moment of each.
    static BufferPlan Logits(int tasks) => new("weighting.logits", [3, tasks], new Initialization.Constant(0));

    sealed class AtWork(Tensor state, Adam adam) : ILossBalance
    {
        Tensor? _factors;

        public void Begin(StepClock clock)
        {
            if (clock.Step == 0)
            {
                state.zero_(); // weights of another run may have brought some
            }
        }

        public void See(Tensor losses)
        {
            var shares = KnownTasks.Softmax(state[0], KnownTasks.In(losses)) / AboveZero(losses);
            _factors = shares / shares.sum();
        }

        public Tensor Weighted(int task, Tensor loss) => loss * _factors![task];

        public void End(StepClock clock, Tensor losses, Func<Tensor> lossesNow)
        {
            var fallen = AboveZero(losses).log() - AboveZero(lossesNow()).log();
            var known = KnownTasks.In(losses);
            var z = KnownTasks.Softmax(state[0], known);
            var gradient = z * (fallen - (z * fallen).sum());
            var before = state.clone();
            AdamKernel.Update(state[0], state[1], state[2], gradient, AdamConstants.At(adam, 1, clock.Step + 1));
            state.copy_(where(known, state, before)); // Adam moves what has no gradient too
        }

        static Tensor AboveZero(Tensor losses) => losses.Plus(Scalars.Of(Epsilon));
    }
}
