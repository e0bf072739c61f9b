namespace EtrNlp.Core.Checkpoints;

/// <summary>Another process has the run now: exit code 76. Nothing more of it is written by this one.</summary>
public sealed class LeaseLostException(string message) : Exception(message);
