namespace EtrNlp.Core.Networks;

/// <summary>When the shared parameters step (Sec. 3.3, Table 7).</summary>
public enum UpdateStrategy
{
    /// <summary>One forward serves all tasks, one backward of the weighted sum, one step.</summary>
    Joint,

    /// <summary>Per batch, for each task: forward, backward, step.</summary>
    SteadyState,

    /// <summary>Per batch, all tasks forward and backward, then one step on the accumulated gradients.</summary>
    Synchronized,
}
