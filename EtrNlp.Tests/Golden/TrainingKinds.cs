using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about Adam and the loops.</summary>
static class TrainingKinds
{
    public static void AdamInactive(GoldenQuestion question, Answers answers)
    {
        var (config, start) = (question.Config, question.Inputs["parameter"]!);
        var zero = (string)config["inactive_gradients"]! == "zero";
        var plan = new ParameterPlan(
            "p",
            Owner.Shared,
            [.. start["shape"]!.Integers().Select(n => (long)n)],
            new Initialization.Constant(0)
        );
        using var store = new TensorStore([plan], [], seed: 1, CPU);
        store.Put("p", start);
        using var state = new Adam((double)config["lr"]!, 0.9, 0.999, 1e-8, 0, new ConstantSchedule()).NewState(store);
        foreach (var (cycle, gradient) in question.Inputs["gradients"]!.AsArray().Index())
        {
            store.Parameters["p"].grad = gradient!.Tensor();
            state.Step(1);
            for (var t = 1; t < (int)config["tasks"]!; t++)
            {
                Clear(store, zero);
                state.Step(1);
            }

            answers.Add($"after_cycle/{cycle}", store.Parameters["p"]);
        }
    }

    public static void Training(GoldenQuestion question, Answers answers)
    {
        Train(question, "steady_state_skip", UpdateStrategy.SteadyState, InactiveGradients.Skip, answers);
        Train(question, "steady_state_zero", UpdateStrategy.SteadyState, InactiveGradients.Zero, answers);
        Train(question, "synchronized", UpdateStrategy.Synchronized, InactiveGradients.Skip, answers);
    }

    static void Clear(TensorStore store, bool zero)
    {
        if (zero)
        {
            store.ZeroGradients();
        }
        else
        {
            store.DropGradients();
        }
    }

    static void Train(
        GoldenQuestion question,
        string path,
        UpdateStrategy update,
        InactiveGradients inactive,
        Answers answers
    )
    {
        var (config, inputs) = (question.Config, question.Inputs);
        var tasks = Tasks(config);
        using var network = new Network(Plan(question, tasks), seed: 1, CPU);
        PutStart(network.Tensors, inputs);
        using var state = Optimizer(config).NewState(network.Tensors);
        using var trainer = new Trainer(
            network,
            tasks,
            state,
            update,
            new Equal(),
            inactive,
            Some.OneRouteAtATime(network)
        );
        foreach (var (b, node) in inputs["batches"]!.AsArray().Index())
        {
            var batch = new Batch(
                node!["x"]!.Images().detach(),
                [.. node["targets"]!.AsArray().Select(target => target!.Tensor())]
            );
            using var found = trainer.Step(batch, Some.Clock, 1);
            answers.Add($"{path}/losses/{b}", found.Losses);
        }

        foreach (var (name, _) in inputs["parameters"]!.AsObject())
        {
            answers.Add($"{path}/adam_steps/{name}", state.Steps[RoutingKinds.OurName(name)]);
            answers.AddParameter($"{path}/parameters/{name}", network.Tensors.Parameters[RoutingKinds.OurName(name)]);
        }
    }

    static ImmutableArray<LearningTask> Tasks(JsonObject config)
    {
        var heads = config["heads"]!.Integers();
        return
        [
            .. RoutingKinds
                .TaskNames(heads.Length)
                .Zip(
                    heads,
                    (name, outputs) =>
                        new LearningTask(name, new Attributes([.. Enumerable.Range(0, outputs).Select(i => $"{i}")]))
                ),
        ];
    }

    static NetworkPlan Plan(GoldenQuestion question, ImmutableArray<LearningTask> tasks)
    {
        var (config, names) = (question.Config, tasks.Select(task => task.Name).ToImmutableArray());
        var (channels, strides) = (config["channels"]!.Integers(), config["strides"]!.Integers());
        var routing = new Etr(
            RoutingKinds.Gammas(tasks.Select(_ => config["gamma"]!.Decimal())),
            TaskBranch.Conv3x3,
            NormOwnership.Owned
        );
        var size = question.Inputs["batches"]![0]!["x"]!["shape"]!.Integers();
        var features = new FeatureShape(channels[0], size[2], size[3]);
        var layers = ImmutableArray.CreateBuilder<LayerPlan>();
        for (var i = 0; i < strides.Length; i++)
        {
            var primitives = GoldenPrimitives.Read(question.Inputs["primitives"]![i]!);
            var context = new RoutingContext(
                new Nlp(primitives, (int)config["groups"]!, DownSampling.After),
                names,
                names.Length
            );
            var site = Site($"layers.{i}", features, channels[i + 1], strides[i]);
            layers.Add(routing.PlanSite(site, context));
            layers.Add(new ReluPlan($"layers.{i}.relu", site.Output));
            features = site.Output;
        }

        return new NetworkPlan(
            new ChainPlan("trunk", layers.ToImmutable()),
            [.. tasks.Select((task, t) => task.Kind.Head($"heads.{task.Name}", features, Owner.Of(t)))],
            names,
            names.Length,
            routing.NormMode
        );
    }

    static ConvSite Site(string name, FeatureShape input, int channels, int stride) =>
        new(
            name,
            input,
            channels,
            3,
            stride,
            Bias: false,
            Replaceable: true,
            $"{name}.norm",
            (_, _) => new Initialization.Constant(0)
        );

    static void PutStart(TensorStore store, JsonObject inputs)
    {
        foreach (var (name, tensor) in inputs["parameters"]!.AsObject())
        {
            store.Put(RoutingKinds.OurName(name), tensor!);
        }

        foreach (var (i, primitives) in inputs["primitives"]!.AsArray().Index())
        {
            GoldenPrimitives.Put(store, $"layers.{i}.shared", primitives!);
        }
    }

    static Adam Optimizer(JsonObject config) =>
        new(
            (double)config["lr"]!,
            (double)config["betas"]![0]!,
            (double)config["betas"]![1]!,
            (double)config["eps"]!,
            0,
            new ConstantSchedule()
        );
}
