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
    // Of each task, which of the features side by side its head reads.
    readonly int[] _laneOf = network.Plan.Lanes.IsEmpty
        ? new int[network.Plan.Heads.Length]
        : [.. network.Plan.Lanes];
    readonly int _lanes = network.Plan.Lanes.DefaultIfEmpty().Max() + 1;

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
        using (var compared = Compared(features, gradients))
        {
            ScaleOwn(TaskGradients.Combine(balance, compared, outcome, clock));
        }

        features.backward([Sum(gradients, outcome.Weights!).In(features.dtype)]);
        network.Tensors.Backward.EndPass();
        times?.EndBackward();
    }

    Tensor Compared(Tensor features, Tensor[] gradients) =>
        weighting.Place == GradientPlace.LastShared ? AtLastShared(features, gradients) : Rows(gradients);

    // The gradient of a task's loss at its lane of the features; its head keeps its own.
    Tensor HeadBackward(int task, Tensor output, Tensor read, Batch batch, Tensor losses)
    {
        using var scope = NewDisposeScope();
        criterion.Loss(task, output, batch, losses).backward();
        network.Tensors.Backward.EndPass();
        var taken = BatchedRoutes.Split(read.grad!, _lanes)[_laneOf[task]].to(ScalarType.Float32, copy: true);
        read.grad = null;
        return taken.MoveToOuterDisposeScope();
    }

    // Of tasks that read the same lane.
    static Tensor Rows(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        return stack(gradients.Select(gradient => gradient.flatten())).MoveToOuterDisposeScope();
    }

    // Every lane's gradients by the weights of its tasks, lane after lane as the features lie.
    Tensor Sum(Tensor[] gradients, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var sums = new List<Tensor>();
        foreach (var lane in _laneOf.Index().GroupBy(task => task.Item, task => task.Index).OrderBy(lane => lane.Key))
        {
            using var rows = Rows(lane.Select(task => gradients[task]));
            var index = tensor(lane.Select(task => (long)task).ToArray(), device: weights.device);
            sums.Add(weights.index_select(0, index).matmul(rows).view(gradients[0].shape));
        }

        return cat(sums, 0).MoveToOuterDisposeScope();
    }

    // A gradient at one lane among zeros at the others.
    Tensor AtFeatures(Tensor gradient, int task, Tensor features)
    {
        if (_lanes == 1)
        {
            return gradient.In(features.dtype);
        }

        using var scope = NewDisposeScope();
        var all = zeros_like(features);
        BatchedRoutes.Split(all, _lanes)[_laneOf[task]].copy_(gradient);
        return all.MoveToOuterDisposeScope();
    }

    // Rows of the gradients of the last shared weight. Layers that are computed again hide it from autograd: then the
    // whole trunk is passed for each task.
    Tensor AtLastShared(Tensor features, Tensor[] gradients)
    {
        var weight = network.Tensors[network.Plan.LastSharedWeight];
        var rows = new List<Tensor>();
        network.Tensors.Backward.KeepsSaved = true;
        foreach (var (task, gradient) in gradients.Index())
        {
            using var scope = NewDisposeScope();
            var upstream = AtFeatures(gradient, task, features);
            var found = autograd.grad([features], [weight], [upstream], retain_graph: true, allow_unused: true)[0];
            if (found is null || found.IsInvalid)
            {
                features.backward([upstream], retain_graph: true);
                network.Tensors.Backward.EndPass();
                found = weight.grad!.clone();
                DropTrunkGradients();
            }

            rows.Add(found.flatten().MoveToOuterDisposeScope());
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
