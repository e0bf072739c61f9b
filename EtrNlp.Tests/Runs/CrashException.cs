namespace EtrNlp.Tests.Runs;

/// <summary>What a test ends a run with, that saves nothing.</summary>
sealed class CrashException : Exception;
