using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Optimizers;

/// <summary>A configured optimiser.</summary>
public interface IOptimizer
{
    /// <summary>The factor on its learning rate by step.</summary>
    ISchedule Schedule { get; }

    /// <summary>Its state for a network, before the first step.</summary>
    IOptimizerState NewState(TensorStore tensors);
}

/// <summary>An optimiser at work: moments and step counts of every parameter.</summary>
public interface IOptimizerState : IDisposable
{
    /// <summary>
    /// Moves every parameter that has a gradient, to which that of its penalty is added; one without is left exactly as
    /// it is, moments included. The learning rate is multiplied by <paramref name="factor"/>. With an owner given only
    /// its parameters are looked at; steps of different owners may be taken at the same time.
    /// </summary>
    void Step(double factor, Owner? owner = null);

    /// <summary>Steps each parameter has taken, by name.</summary>
    IDictionary<string, long> Steps { get; }

    /// <summary>What must be saved beside the parameters, by name; the tensors are the state itself.</summary>
    IReadOnlyDictionary<string, torch.Tensor> Moments { get; }
}
