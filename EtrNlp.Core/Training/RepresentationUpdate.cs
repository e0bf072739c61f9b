using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// A joint step that finds every task's gradient at the features that the heads read, or from there at the weight of
/// the trunk's last shared layer. Their combination by a weighting passes backward through the trunk once.
/// </summary>
sealed class RepresentationUpdate(
    Network network,
    Criterion criterion,
    IOptimizerState optimizer,
    IGradientWeighting weighting,
    IGradientBalance balance
) : IUpdate
{
    /// <inheritdoc/>
    public void Learn(Batch batch, StepClock clock, StepOutcome outcome, double learningRateFactor, StepTimes? times)
    {
        network.Tensors.DropGradients();
        PassBackward(batch, clock, outcome, times);
        optimizer.Step(learningRateFactor);
        balance.Stepped();
        times?.EndOptimizer();
    }

    /// <summary>Owns nothing.</summary>
    public void Dispose() { }

    void PassBackward(Batch batch, StepClock clock, StepOutcome outcome, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        var pass = new Pass(0, Training: true);
        var features = network.Representation(batch.Images, pass);
        var read = features.detach().requires_grad_();
        var outputs = network.Heads(read, pass);
        times?.EndForward();
        var gradients = outputs
            .Select(one => HeadBackward(one.Task, one.Outputs, read, batch, outcome.Losses))
            .ToArray();
        var rows = stack(gradients.Select(gradient => gradient.flatten()));
        var compared = weighting.Place == GradientPlace.LastShared ? AtLastShared(features, gradients) : rows;
        var coefficients = TaskGradients.Combine(balance, compared, outcome, clock);
        ScaleOwn(coefficients);
        var sum = outcome.Weights!.matmul(rows);
        features.backward([sum.view_as(features).In(features.dtype)]);
        network.Tensors.Backward.EndPass();
        times?.EndBackward();
    }

    // The gradient of a task's loss at the features; its head keeps its own.
    Tensor HeadBackward(int task, Tensor output, Tensor read, Batch batch, Tensor losses)
    {
        criterion.Loss(task, output, batch, losses).backward();
        network.Tensors.Backward.EndPass();
        using var gradient = read.grad!;
        var taken = gradient.to(ScalarType.Float32, copy: true);
        read.grad = null;
        return taken;
    }

    // Rows of the gradients of the last shared weight. Layers that are computed again hide it from autograd: then the
    // whole trunk is passed for each task.
    Tensor AtLastShared(Tensor features, Tensor[] gradients)
    {
        var weight = network.Tensors[network.Plan.LastSharedWeight];
        var rows = new List<Tensor>();
        network.Tensors.Backward.KeepsSaved = true;
        foreach (var gradient in gradients)
        {
            var upstream = gradient.In(features.dtype);
            var found = autograd.grad([features], [weight], [upstream], retain_graph: true, allow_unused: true)[0];
            if (found is null || found.IsInvalid)
            {
                features.backward([upstream], retain_graph: true);
                network.Tensors.Backward.EndPass();
                found = weight.grad!.clone();
                DropTrunkGradients();
            }

            rows.Add(found.flatten());
        }

        network.Tensors.Backward.KeepsSaved = false;
        return stack(rows);
    }

    void DropTrunkGradients()
    {
        foreach (var parameter in network.Plan.Trunk.Parameters)
        {
            network.Tensors[parameter].grad = null;
        }
    }

    void ScaleOwn(double[] coefficients)
    {
        if (!weighting.ScalesOwnParameters)
        {
            return;
        }

        using var noGrad = no_grad();
        foreach (var storage in network.Tensors.Storages.Where(storage => storage.Owner.Task is not null))
        {
            using TorchSharp.Scalar factor = coefficients[storage.Owner.Task!.Value];
            foreach (var (_, parameter) in storage.Parameters)
            {
                parameter.grad?.mul_(factor);
            }
        }
    }
}
