using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Randomness;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>Random loss weighting: T softmax(z), z normal, drawn anew in every step (Lin et al. 2022, RLW).</summary>
public sealed record RandomWeights : ILossWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "random",
            "T times the softmax of normal numbers drawn anew in every step",
            "Lin et al. 2022, Reasonable Effectiveness of Random Weighting (RLW)",
            [],
            _ => new RandomWeights()
        );

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(taskNames.Count, tensors.Device);

    /// <summary>The weights [T] of a step, whose mean is 1.</summary>
    public static float[] At(StepClock clock, int tasks)
    {
        var weights = new float[tasks];
        RandomStream.For(clock.Seed, "weighting", "random", clock.Step).FillGaussian(weights, 1);
        var sum = weights.Sum(MathF.Exp);
        return Array.ConvertAll(weights, z => tasks * MathF.Exp(z) / sum);
    }

    sealed class AtWork(int tasks, torch.Device device) : ILossBalance
    {
        torch.Tensor? _weights;

        public void Begin(StepClock clock) => _weights = torch.tensor(At(clock, tasks), device: device);

        public torch.Tensor Weighted(int task, torch.Tensor loss) => loss * _weights![task];
    }
}
