namespace EtrNlp.Core.Metrics;

/// <summary>
/// A metric a kind of task reports: its direction, and whether delta_p averages over it (accuracy of attributes is
/// reported only).
/// </summary>
public sealed record MetricKind(string Name, bool HigherIsBetter, bool InDeltaP);
