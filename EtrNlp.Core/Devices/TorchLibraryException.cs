namespace EtrNlp.Core.Devices;

/// <summary>The native libraries did not load: one sentence that says why and what to do.</summary>
public sealed class TorchLibraryException : Exception
{
    /// <summary>A failure without a reason.</summary>
    public TorchLibraryException() { }

    /// <summary>A failure in one sentence.</summary>
    public TorchLibraryException(string message)
        : base(message) { }

    /// <summary>A failure in one sentence, with what the system said.</summary>
    public TorchLibraryException(string message, Exception innerException)
        : base(message, innerException) { }
}
