using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Tasks;

/// <summary>What a task predicts and how it is judged: the configured type of a task.</summary>
public interface ITaskKind
{
    /// <summary>Columns of the dataset it needs, in the order of its outputs.</summary>
    ImmutableArray<string> Columns { get; }

    /// <summary>The names that cells of its columns may hold; none where they say yes or no.</summary>
    ImmutableArray<string> Choices => [];

    /// <summary>
    /// Maps of the dataset it needs, in the order of the channels of its targets; none where it needs columns.
    /// </summary>
    ImmutableArray<PixelMap> Maps { get; }

    /// <summary>True where a prediction is made for every pixel.</summary>
    bool IsDense => Maps.Length > 0;

    /// <summary>What its metrics are of: attributes, classes.</summary>
    ImmutableArray<string> Parts { get; }

    /// <summary>The group of metrics delta_p counts it in.</summary>
    string Group { get; }

    /// <summary>The metrics it reports, in order.</summary>
    ImmutableArray<MetricKind> Metrics { get; }

    /// <summary>
    /// The metric whose validation mean chooses the reported checkpoint (higher is better), or null: the last one.
    /// </summary>
    string? ChoosesCheckpoint { get; }

    /// <summary>The head of the task on the trunk's features.</summary>
    LayerPlan Head(string name, FeatureShape features, Owner owner);

    /// <summary>The same kind, with what its loss depends on of the labels that were opened.</summary>
    ITaskKind For(TaskLabels labels) => this;

    /// <summary>
    /// The loss of one batch, a scalar: outputs of the head against the columns [N, columns] or the maps [N, channels,
    /// H, W]. It is 0, and so is its gradient, where no label of the batch is known.
    /// </summary>
    torch.Tensor Loss(torch.Tensor outputs, torch.Tensor targets);

    /// <summary>A fresh meter for one pass over a split.</summary>
    IMeter NewMeter();

    /// <summary>What outputs of the head say of the images of a batch.</summary>
    Prediction Predict(torch.Tensor outputs);

    /// <summary>
    /// Outputs and targets of a batch as pictures; null where the task says nothing of single pixels.
    /// </summary>
    Pictures? Show(torch.Tensor outputs, torch.Tensor targets);
}
