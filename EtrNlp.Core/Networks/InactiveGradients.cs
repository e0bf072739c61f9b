namespace EtrNlp.Core.Networks;

/// <summary>
/// What happens to the gradients of parameters the active task does not reach; the paper leaves it open.
/// </summary>
public enum InactiveGradients
{
    /// <summary>There are none, and the optimiser leaves such parameters and their moments alone.</summary>
    Skip,

    /// <summary>
    /// They are filled with zeros, and such parameters keep moving by momentum: the earlier code's behaviour.
    /// </summary>
    Zero,
}
