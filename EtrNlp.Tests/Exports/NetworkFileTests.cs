using System.Text.Json;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Exports;

/// <summary>Exported networks, loaded into PyTorch by the file that is written beside them.</summary>
public sealed class NetworkFileTests
{
    // Every operation, routing and partition, every primitive, and every backbone.
    static IEnumerable<Experiment> Compared =>
    [
        .. KnownOperations.All.Names.Select(operation => Of("resnet18", operation, "hard_sharing")),
        .. KnownRoutings.All.Names.Skip(1).Select(routing => Of("resnet18", "conv", routing)),
        .. KnownPrimitives.All.Names.Select(OfPrimitive),
        With(Of("resnet18", "nlp", "hard_sharing"), "nlp", "groups: channels, stride: inside"),
        With(Of("resnet18", "shift", "hard_sharing"), "shift", "pointwise: 1, displacement: learned"),
        Of("resnet18", "nlp", "etr"),
        Routed("nlp", "gamma: {t0: 0.5, t1: 0.25, t2: 0}, task_branch: nlp1x1"),
        Routed("conv", "gamma: {t0: 1, t1: 0.5, t2: 0}, norm: shared_batch"),
        Routed("ghost", "gamma: 0.5, shared: {kind: task_routing, keep: 0.5}"),
        Of("resnet18", "conv", "cross_stitch") with
        {
            Routing = KnownRoutings.All.Default("cross_stitch", "per_channel: true"),
        },
        Of("segnet", "conv", "cross_stitch"),
        Of("segnet", "conv", "mtan"),
        Of("segnet", "conv", "mtan") with { Routing = KnownRoutings.All.Default("mtan", "decoder: false") },
        Of("vgg16", "conv", "mtan"),
        Of("vgg16", "conv", "hard_sharing"),
        Of("segnet", "conv", "hard_sharing"),
        Of("segnet", "conv", "etr"),
        Of("segnet", "nlp", "etr"),
    ];

    [Test]
    public void PyTorch_computes_the_same_logits()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(RunExport.ModelName), RunExport.Model);
        foreach (var (i, experiment) in Compared.Index())
        {
            new ExportedNetwork(experiment).Write(folder.File($"{i}.safetensors"), folder.File($"{i}.answers"));
        }

        OtherSoftware.Python(
            $$"""
            import sys
            sys.path.insert(0, '{{folder.Path}}')
            sys.dont_write_bytecode = True
            import torch, etrnlp_model
            torch.set_num_threads(1)
            for i in range({{Compared.Count()}}):
                network = etrnlp_model.load(f'{{folder.Path}}/{i}.safetensors').eval()
                _, answers = etrnlp_model.read(f'{{folder.Path}}/{i}.answers')
                with torch.no_grad():
                    logits = network(answers.pop('images'))
                assert list(logits) == list(answers), i
                for task, expected in answers.items():
                    error = (logits[task] - expected).abs().max() / expected.abs().max().clamp_min(1)
                    assert error < 1e-5, (i, task, float(error))
            """,
            needs: "torch"
        );
    }

    // What a new plan of a layer lacks is said by its name.
    [TestCaseSource(typeof(Combinations), nameof(Combinations.All))]
    public void Every_combination_has_a_description(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        var plan = NetworkPlanner.Plan(Combinations.Experiment(backbone, operation, routing, update), new(32, 32));

        Assert.That(
            () => plan.Heads.Prepend(plan.Trunk).Select(layer => JsonSerializer.Serialize(LayerDescription.Of(layer))),
            Has.All.StartsWith("{\"kind\":")
        );
    }

    static Experiment Of(string backbone, string operation, string routing) =>
        Combinations.Experiment(backbone, operation, routing, KnownRoutings.All.Default(routing).Updates[0]);

    static Experiment OfPrimitive(string name) =>
        With(Of("resnet18", "nlp", "hard_sharing"), "nlp", $"primitives: [{{kind: {name}}}, {{kind: identity}}]");

    static Experiment With(Experiment experiment, string operation, string keys) =>
        experiment with
        {
            Operation = KnownOperations.All.Default(operation, keys),
        };

    static Experiment Routed(string operation, string keys) =>
        Of("resnet18", operation, "etr") with
        {
            Routing = KnownRoutings.All.Default("etr", keys),
        };
}
