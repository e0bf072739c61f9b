using System.Text.Json.Nodes;
using TorchSharp;

namespace EtrNlp.Tests.Golden;

/// <summary>What answers each kind of a golden file.</summary>
static class KnownKinds
{
    static readonly Dictionary<string, Action<GoldenQuestion, Answers>> Kinds = new()
    {
        ["primitive"] = LayerKinds.Primitive,
        ["channel_shuffle"] = LayerKinds.ChannelShuffle,
        ["nlp_module"] = LayerKinds.NlpModule,
        ["operation"] = OperationKinds.Operation,
        ["etr"] = RoutingKinds.EtrLayer,
        ["channel_split"] = RoutingKinds.ChannelSplit,
        ["attention"] = PartitionKinds.Attention,
        ["cross_stitch"] = StitchKind.CrossStitch,
        ["routing_mask"] = PartitionKinds.Mask,
        ["mask_ones"] = PartitionKinds.MaskOnes,
        ["norm_owned"] = NormKinds.Owned,
        ["norm_shared_batch"] = NormKinds.SharedBatch,
        ["training"] = TrainingKinds.Training,
        ["adam_inactive"] = TrainingKinds.AdamInactive,
        ["bce"] = MetricKinds.Bce,
        ["classification_metrics"] = MetricKinds.Classification,
        ["delta_p"] = MetricKinds.DeltaPOfRow,
        ["segmentation"] = DenseKinds.Segmentation,
        ["depth"] = DenseKinds.Depth,
        ["normals"] = DenseKinds.Normals,
        ["gradnorm"] = WeightingKinds.GradNorms,
        ["min_norm"] = WeightingKinds.MinNorm,
        ["cka"] = FigureKinds.Cka,
        ["parameter_count"] = CountKind.Count,
    };

    /// <summary>Names as <see cref="NeededFor"/> gives them.</summary>
    public static IEnumerable<string> Names =>
        [
            .. Kinds.Keys,
            "parameter_count of backbone resnet18",
            "parameter_count of backbone vgg16",
            "parameter_count of backbone segnet",
            "parameter_count of operation conv",
            "parameter_count of operation nlp",
            "parameter_count of operation lbconv",
            "parameter_count of operation shift",
            "parameter_count of operation shift_single",
            "parameter_count of operation depthwise",
            "parameter_count of operation ghost",
            "parameter_count of routing etr",
            "parameter_count of routing attentive",
            "parameter_count of routing cross_stitch",
            "parameter_count of routing mtan",
        ];

    /// <summary>What a case needs: its kind, and for a count of a network also the parts of that network.</summary>
    public static IEnumerable<string> NeededFor(GoldenCase golden) =>
        golden.Kind == "parameter_count"
            ? new[] { "backbone", "operation", "routing" }
                .Where(golden.Question.Config.ContainsKey)
                .Select(part => $"{golden.Kind} of {part} {golden.Question.Config[part]}")
                .Prepend(golden.Kind)
            : [golden.Kind];

    /// <summary>Whether a case is a test: the project has what it needs, or should have.</summary>
    public static bool IsTest(GoldenCase golden) =>
        !NeededFor(golden).Intersect(MissingKinds.Names).Any() && IsOfReadingOffered(golden.Question.Config);

    // VGG16 here has norms and no convolution bias, and the NLP mixing has one, as in Algorithm 1. Log-sigmas belong to
    // a weighting and are in no count. The other readings are not offered.
    static bool IsOfReadingOffered(JsonObject config) =>
        !$"{config["units"]}{config["note"]}".Contains("log-sigmas", StringComparison.Ordinal)
        && (
            (string?)config["backbone"] != "vgg16"
            || ((bool)config["norm_layers"]! && ((string?)config["operation"] != "nlp" || (bool)config["bias"]!))
        );

    /// <summary>Answers a case from its question alone.</summary>
    public static Answers Answer(GoldenCase golden)
    {
        if (!Kinds.TryGetValue(golden.Kind, out var answer))
        {
            throw new NotSupportedException($"nothing answers golden cases of kind '{golden.Kind}'");
        }

        using var scope = torch.NewDisposeScope();
        var answers = new Answers();
        answer(golden.Question, answers);
        return answers;
    }
}
