namespace EtrNlp.Core.Routing;

/// <summary>Who owns a norm; the paper leaves it open.</summary>
public enum NormOwnership
{
    /// <summary>Shared channels share their affine, a branch has its own; running statistics per task.</summary>
    Owned,

    /// <summary>
    /// One shared affine over all channels and batch statistics in evaluation too: the earlier code's protocol.
    /// </summary>
    SharedBatch,
}
