namespace EtrNlp.Core.Networks;

/// <summary>Where task gradients are compared.</summary>
public enum GradientPlace
{
    /// <summary>At the shared parameters: a backward pass through the trunk for each task.</summary>
    Shared,

    /// <summary>
    /// At the weight of the last layer of the trunk that is shared; one backward pass through the rest for all tasks.
    /// </summary>
    LastShared,

    /// <summary>At the features that the heads read: one backward pass through the trunk for all tasks.</summary>
    Representation,
}
