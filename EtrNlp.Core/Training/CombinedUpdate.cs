using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Finds every task's gradient of the shared parameters under the same weights, as rows [T, P]. Then it steps once
/// along the combination that a weighting makes of them. A task's own parameters move by its own loss.
/// </summary>
sealed class CombinedUpdate(
    Network network,
    Criterion criterion,
    IOptimizerState optimizer,
    IGradientBalance balance
) : IUpdate
{
    readonly ParameterStorage _shared = network.Tensors.Storages[0];

    /// <inheritdoc/>
    public void Learn(Batch batch, StepClock clock, Tensor losses, double learningRateFactor, StepTimes? times)
    {
        network.Tensors.DropGradients();
        var rows = zeros([criterion.Tasks, _shared.Flat.shape[0]], ScalarType.Float32, _shared.Flat.device);
        for (var route = 0; route < network.Plan.Routes; route++)
        {
            PassBackward(batch, new Pass(route, Training: true), losses, rows, times);
        }

        Combine(rows, losses, clock);
        times?.EndBackward();
        optimizer.Step(learningRateFactor);
        balance.Stepped();
        times?.EndOptimizer();
    }

    /// <summary>Owns nothing.</summary>
    public void Dispose() { }

    // One forward pass, and a backward pass for each task that it serves.
    void PassBackward(Batch batch, Pass pass, Tensor losses, Tensor rows, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        var outputs = network.Forward(batch.Images, pass);
        var taskLosses = outputs
            .Select(one => (one.Task, Loss: criterion.Loss(one.Task, one.Outputs, batch, losses)))
            .ToArray();
        times?.EndForward();
        foreach (var (position, (task, loss)) in taskLosses.Index())
        {
            var isLast = position == taskLosses.Length - 1;
            network.Tensors.Backward.KeepsSaved = !isLast;
            loss.backward(retain_graph: !isLast);
            network.Tensors.Backward.EndPass();
            TakeShared(rows[task]);
        }

        times?.EndBackward();
    }

    // The gradients of the shared parameters that a pass left, which start anew for the next task.
    void TakeShared(Tensor row)
    {
        using var noGrad = no_grad();
        foreach (var (part, parameter) in Parts(row))
        {
            if (parameter.grad is { } gradient)
            {
                part.copy_(gradient);
            }
        }

        network.Tensors.DropGradients(Owner.Shared);
    }

    void Combine(Tensor rows, Tensor losses, StepClock clock)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var coefficients = TaskGradients.Combine(balance, rows, losses, clock);
        var sum = tensor(coefficients, dtype: ScalarType.Float32, device: rows.device).matmul(rows);
        foreach (var (part, parameter) in Parts(sum))
        {
            parameter.grad = part.clone();
        }
    }

    // Views of a flat gradient in the parameters' shapes, each with its parameter.
    IEnumerable<(Tensor Part, Tensor Parameter)> Parts(Tensor flat)
    {
        var offset = 0L;
        foreach (var (plan, parameter) in _shared.Parameters)
        {
            yield return (ParameterStorage.Shaped(flat.narrow(0, offset, plan.Count), plan), parameter);
            offset += plan.Count;
        }
    }
}
