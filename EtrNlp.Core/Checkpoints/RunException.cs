using System.Runtime.InteropServices;

namespace EtrNlp.Core.Checkpoints;

/// <summary>A run that cannot go on: one sentence, exit code 1. Its last good checkpoint is kept.</summary>
public sealed class RunException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What to do when numbers leave the finite range.</summary>
    public const string NotFiniteRemedy =
        "the last checkpoint is kept. Lower training.optimizer.learning_rate, or look for broken data";

    const string Kept = "what was saved is kept, the same command goes on from there";

    /// <summary>
    /// The sentence for a machine that ran out of memory, room or rights; null where the exception is another.
    /// </summary>
    public static RunException? Of(Exception e) =>
        e switch
        {
            OutOfMemoryException => OutOfMemory(e),
            ExternalException when IsAboutMemory(e.Message) => OutOfMemory(e),
            IOException or UnauthorizedAccessException => new RunException(
                $"the run stopped: {e.Message.TrimEnd('.')}; check room and rights on that disk, {Kept}",
                e
            ),
            _ => null,
        };

    static RunException OutOfMemory(Exception e) =>
        new($"the run stopped: memory is used up; lower training.batch_size, {Kept}", e);

    static bool IsAboutMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase);
}
