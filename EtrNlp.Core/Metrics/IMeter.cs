using System.Collections.Immutable;
using TorchSharp;

namespace EtrNlp.Core.Metrics;

/// <summary>
/// One number of an evaluation: of a task, of one of its attributes or classes (empty: of the whole task).
/// </summary>
/// <param name="Part">Attribute or class, or empty for the task's mean.</param>
/// <param name="Name">precision, recall, f, accuracy, ...</param>
/// <param name="Value">The value, a fraction; null where it is undefined.</param>
public sealed record MetricValue(string Part, string Name, double? Value);

/// <summary>
/// Collects one task's predictions over a split without leaving the device, and says the metrics at its end.
/// </summary>
public interface IMeter : IDisposable
{
    /// <summary>Adds a batch: outputs of the head, and the task's columns.</summary>
    void Add(torch.Tensor outputs, torch.Tensor targets);

    /// <summary>Every metric of every part, then of the task.</summary>
    ImmutableArray<MetricValue> Values();

    /// <summary>What the best constant prediction would score on the same labels, per metric of the task.</summary>
    ImmutableArray<MetricValue> BestConstant();
}
