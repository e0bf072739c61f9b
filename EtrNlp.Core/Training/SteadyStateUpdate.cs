using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// For each task in turn: forward, backward, step (Sec. 3.3). The next task sees the parameters that this one moved.
/// One route for all tasks makes it the joint update: one forward pass, one backward pass of the sum, one step.
/// </summary>
sealed class SteadyStateUpdate(
    Network network,
    Criterion criterion,
    IOptimizerState optimizer,
    InactiveGradients inactive
) : IUpdate
{
    /// <inheritdoc/>
    public void Learn(Batch batch, StepClock clock, StepOutcome outcome, double learningRateFactor, StepTimes? times)
    {
        for (var route = 0; route < network.Plan.Routes; route++)
        {
            network.Tensors.ClearGradients(inactive);
            PassBackward(batch, new Pass(route, Training: true), outcome, times);
            optimizer.Step(learningRateFactor);
            times?.EndOptimizer();
        }
    }

    /// <summary>Owns nothing.</summary>
    public void Dispose() { }

    void PassBackward(Batch batch, Pass pass, StepOutcome outcome, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        criterion.Backward(network, network.Forward(batch.Images, pass), batch, outcome, times);
    }
}
