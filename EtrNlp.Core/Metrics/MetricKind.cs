namespace EtrNlp.Core.Metrics;

/// <summary>A metric that a kind of task reports.</summary>
/// <param name="Name">As results name it.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="InDeltaP">Whether delta_p averages over it; accuracy of attributes is reported only.</param>
public sealed record MetricKind(string Name, bool HigherIsBetter, bool InDeltaP);
