using System.Text.Json.Nodes;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about the balance of tasks.</summary>
static class WeightingKinds
{
    // y_t = (x shared') head_t with mean squared errors; each step's values, all parameters by one Adam.
    public static void GradNorms(GoldenQuestion question, Answers answers)
    {
        var (config, inputs) = (question.Config, question.Inputs);
        string[] names = [.. Enumerable.Range(0, (int)config["tasks"]!).Select(task => $"t{task}")];
        var weighting = new GradNorm((double)config["alpha"]!);
        var shared = Plan("shared", Owner.Shared, inputs["shared"]!);
        ParameterPlan[] heads =
            [.. names.Select((name, task) => Plan(name, Owner.Of(task), inputs["heads"]![task]!))];
        using var store = new TensorStore(
            [shared, .. heads, .. weighting.Learned(names)],
            weighting.Kept(names),
            seed: 1,
            CPU
        );
        store.Put("shared", inputs["shared"]!);
        foreach (var (task, head) in heads.Index())
        {
            store.Put(head.Name, inputs["heads"]![task]!);
        }

        var balance = weighting.Balance(names, store);
        using var adam = new Adam((double)config["lr"]!, 0.9, 0.999, 1e-8, 0, new ConstantSchedule()).NewState(store);
        for (var step = 0; step < (int)config["steps"]!; step++)
        {
            store.DropGradients();
            var path = $"after_step/{step}";
            Step(question, store, balance, new StepClock(1, step, 1), heads, path, answers);
            adam.Step(1);
            balance.Stepped();
            answers.Add($"{path}/task_weights", store.Parameters["weighting.weights"]);
            answers.Add($"{path}/shared", store[shared]);
            foreach (var (task, head) in heads.Index())
            {
                answers.Add($"{path}/heads/{task}", store[head]);
            }
        }
    }

    static void Step(
        GoldenQuestion question,
        TensorStore store,
        IGradientBalance balance,
        StepClock clock,
        ParameterPlan[] heads,
        string path,
        Answers answers
    )
    {
        var shared = store.Parameters["shared"];
        var features = question.Inputs["x"]!.Tensor().matmul(shared.t());
        var losses = heads
            .Select((head, task) => features.matmul(store[head]) - question.Inputs["targets"]![task]!.Tensor())
            .Select(error => error.square().mean())
            .ToArray();
        var gradients = losses
            .Select(loss => autograd.grad([loss], [shared], retain_graph: true)[0].flatten().to(ScalarType.Float64))
            .ToArray();
        var norms = gradients.Select(gradient => gradient.norm().item<double>()).ToArray();
        var gram = new double[heads.Length, heads.Length];
        foreach (var (i, left) in gradients.Index())
        {
            foreach (var (j, right) in gradients.Index())
            {
                gram[i, j] = left.dot(right).item<double>();
            }
        }

        var weights = balance.Combine(gram, [.. losses.Select(loss => (double)loss.item<float>())], clock);
        losses.Select((loss, task) => loss * weights[task]).Aggregate((sum, loss) => sum + loss).backward();
        answers.Add($"{path}/losses", stack(losses));
        answers.Add($"{path}/gradient_norms", norms);
        answers.Add($"{path}/weight_gradient", store.Parameters["weighting.weights"].grad);
        answers.Leave($"{path}/target_norms"); // on the way to the gradient of the weights
    }

    static ParameterPlan Plan(string name, Owner owner, JsonNode start) =>
        new(
            name,
            owner,
            [.. start["shape"]!.AsArray().Select(n => (long)(int)n!)],
            new Initialization.Constant(0)
        );

    public static void MinNorm(GoldenQuestion question, Answers answers)
    {
        var rows = question.Inputs["gram"]!.AsArray();
        var gram = new double[rows.Count, rows.Count];
        foreach (var (i, row) in rows.Index())
        {
            foreach (var (j, value) in row!.AsArray().Index())
            {
                gram[i, j] = (double)value!;
            }
        }

        var alpha = Mgda.MinNorm(gram);
        var square = alpha.SelectMany((a, i) => alpha.Select((b, j) => a * b * gram[i, j])).Sum();
        answers.Add("alpha", alpha);
        answers.Add("value", square);
    }
}
