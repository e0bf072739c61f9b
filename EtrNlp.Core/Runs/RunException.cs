namespace EtrNlp.Core.Runs;

/// <summary>A run that cannot go on: one sentence, exit code 1. Its last good checkpoint is kept.</summary>
public sealed class RunException(string message) : Exception(message);
