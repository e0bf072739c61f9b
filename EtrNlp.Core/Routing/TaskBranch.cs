namespace EtrNlp.Core.Routing;

/// <summary>What a task's own branch is (Algorithm 1; supplement, Sec. A).</summary>
public enum TaskBranch
{
    /// <summary>A 3x3 convolution on the layer's input (Algorithm 1).</summary>
    Conv3x3,

    /// <summary>A grouped 1x1 mixing of the same fixed features (supplement, Sec. A).</summary>
    Nlp1x1,

    /// <summary>The same with one group.</summary>
    Nlp1x1Dense,

    /// <summary>A 1x1 convolution on the layer's input.</summary>
    Conv1x1,
}
