using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Golden;

/// <summary>The kind about learnable parameters and multiply-accumulates of whole networks.</summary>
static class CountKind
{
    // The file counts 64x64 images and heads of 40 outputs in all, however many tasks share them.
    static readonly ImageSize Image = new(64, 64);
    const int Outputs = 40;

    public static void Count(GoldenQuestion question, Answers answers)
    {
        var config = question.Config;
        if ((string)config["backbone"]! == "segnet")
        {
            CountSegNet(config, answers);
            return;
        }

        var tasks = (int?)config["tasks"] ?? 1;
        var plan = Plan(config, tasks);
        answers.Add("learnable", plan.TotalParameters);
        answers.Add("macs", plan.Macs);
        if (tasks == 1)
        {
            // What one task of several reaches is what a network of that task alone holds.
            var eight = Plan(config, 8);
            answers.Add("learnable", eight.ActiveParameters);
            answers.Add("macs", eight.Macs);
        }
    }

    // Here the file counts 128x256 images, the heads' parameters but not their multiply-accumulates; one task of
    // several stands for what it reaches.
    static void CountSegNet(JsonObject config, Answers answers)
    {
        var heads = config["heads"]?.Integers() ?? [13, 1, 3]; // those of NYUv2, a tower each
        var tasks = heads
            .DefaultIfEmpty(1)
            .Select(
                (outputs, t) =>
                    new LearningTask(
                        $"t{t}",
                        new Segmentation([.. Enumerable.Range(0, outputs).Select(c => $"{c}")], new OneVsRest())
                    )
            )
            .ToImmutableArray();
        var plan = NetworkPlanner.Plan(
            Some.Experiment(new SegNet((double?)config["width"] ?? 1), Operation(config), Routing(config)) with
            {
                Tasks = tasks,
            },
            new ImageSize(128, 256)
        );
        var active = (int?)config["tasks"] == 1;
        answers.Add(
            "learnable",
            heads.Length == 0 ? plan.Trunk.Parameters.Sum(parameter => parameter.Count)
                : active ? plan.ActiveParameters
                : plan.TotalParameters
        );
        answers.Add("macs", tasks.Select((_, t) => plan.Trunk.Macs(t)).Max());
    }

    static NetworkPlan Plan(JsonObject config, int tasks) =>
        NetworkPlanner.Plan(
            Some.Experiment(Backbone(config), Operation(config), Routing(config)) with
            {
                Tasks = Tasks(tasks),
            },
            Image
        );

    static IBackbone Backbone(JsonObject config) =>
        (string)config["backbone"]! == "vgg16"
            ? new Vgg16((double)config["width"]!, (bool)config["replace_first"]!)
            : new ResNet18((double?)config["width"] ?? 1, (bool)config["shortcut_norm"]!);

    static IOperation Operation(JsonObject config) =>
        (string?)config["operation"] switch
        {
            null or "conv" => new Conv(),
            "nlp" => new Nlp([.. Three.Take((int?)config["k"] ?? 3)], (int?)config["groups"] ?? 2, DownSampling.After),
            var operation => OperationKinds.Read(operation),
        };

    static ImmutableArray<IPrimitive> Three =>
        [new AvgPool(9), new FixedConv(3, true, FixedWeights.Real, 1), new Perturb(0.1, NoiseMasks.PerChannel)];

    static IRouting Routing(JsonObject config) =>
        (string?)config["routing"] switch
        {
            "etr" => new Etr(
                new PerTask<decimal>(config["gamma"]!.Decimal(), [], []),
                Branch(config),
                (string)config["norm"]! == "owned" ? NormOwnership.Owned : NormOwnership.SharedBatch
            ),
            "attentive" => new Attentive(16, (bool?)config["bias"] ?? true),
            "cross_stitch" => (string?)config["units"] == "none" ? new SingleTask() : new CrossStitch(false, 0.9),
            "mtan" => new Mtan(Decoder: true),
            null => new HardSharing(),
            var routing => throw new NotSupportedException($"no routing '{routing}'"),
        };

    static TaskBranch Branch(JsonObject config) =>
        (string?)config["task_branch"] switch
        {
            null or "conv" or "conv3x3" => TaskBranch.Conv3x3,
            "nlp1x1" => TaskBranch.Nlp1x1,
            "nlp1x1 dense" or "dense1x1" => TaskBranch.Nlp1x1Dense,
            "conv1x1 on x" or "raw1x1" => TaskBranch.Conv1x1,
            var branch => throw new NotSupportedException($"no task branch '{branch}'"),
        };

    static ImmutableArray<LearningTask> Tasks(int count) =>
        [
            .. Enumerable
                .Range(0, Outputs)
                .GroupBy(column => column % count)
                .Select(group => new LearningTask(
                    $"t{group.Key}",
                    new Attributes([.. group.Select(column => $"{column}")])
                )),
        ];
}
