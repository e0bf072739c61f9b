using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Smooth Tchebycheff scalarization: T mu log sum_t exp(log(L_t / n_t) / mu), n the mean losses of the epoch after a
/// warm-up (Lin et al. 2024, arXiv 2402.19078). Until that epoch has ended it is the sum of log L_t, as in its public
/// code. A task of which that epoch knows no label counts as being at its mean.
/// </summary>
public sealed record Stch(double Mu, int WarmUp) : ILossWeighting
{
    const double LeastLoss = 1e-20; // below it a logarithm is cut, as in the public code

    static readonly Setting<double> MuKey = new(
        "mu",
        "smoothing: the smaller, the more only the worst task counts",
        Values.Number(1e-3, 1e6),
        "1"
    );

    static readonly Setting<int> WarmUpKey = new(
        "warmup",
        "epochs of the sum of log losses before the epoch, trained alike, whose mean losses all are compared with",
        Values.Integer(min: 0, max: 1_000_000),
        "4"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "stch",
            "a smooth maximum of the losses, each over its mean after a warm-up",
            "Lin et al. 2024, Smooth Tchebycheff Scalarization (arXiv 2402.19078); mu and warmup as in its public code",
            [MuKey, WarmUpKey],
            values => new Stch(values.Get(MuKey), values.Get(WarmUpKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.Joint];

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [Nadir(taskNames.Count)];

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(tensors[Nadir(taskNames.Count)], Mu, WarmUp);

    static BufferPlan Nadir(int tasks) => new("weighting.nadir", [tasks], new Initialization.Constant(0));

    sealed class AtWork(Tensor nadir, double mu, int warmUp) : ILossBalance
    {
        bool _knowsNadir;
        Tensor? _factors;

        public void Begin(StepClock clock)
        {
            _knowsNadir = clock.Epochs > warmUp;
            if (clock.Epochs == warmUp && clock.BeginsEpoch)
            {
                nadir.zero_(); // weights of another run may have brought one
            }
        }

        public void See(Tensor losses)
        {
            var (known, cut) = (KnownTasks.In(losses), losses.clamp_min(Scalars.Of(LeastLoss)));
            _factors = cut.reciprocal().mul(known);
            if (_knowsNadir)
            {
                var means = where(KnownTasks.In(nadir), nadir.clamp_min(Scalars.Of(LeastLoss)), cut);
                var shares = KnownTasks.Softmax((cut / means).log().div(Scalars.Of(mu)), known);
                _factors = _factors.mul(shares).mul(known.sum());
            }
        }

        public Tensor Weighted(int task, Tensor loss) => loss * _factors![task];

        public void End(StepClock clock, Tensor losses, Func<Tensor> lossesNow)
        {
            if (clock.Epochs == warmUp)
            {
                nadir.add_(losses, Scalars.Of(1.0 / clock.StepsPerEpoch));
            }
        }
    }
}
