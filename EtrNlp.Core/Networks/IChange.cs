namespace EtrNlp.Core.Networks;

/// <summary>
/// What changes saved tensors between steps. It keeps nothing itself and depends on clock and tensors alone, so that a
/// continued run needs no other state.
/// </summary>
public interface IChange
{
    /// <summary>Called before every step, outside autograd.</summary>
    void Before(StepClock clock, TensorStore tensors);
}
