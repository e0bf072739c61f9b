using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Keeps the gradients that a function of ours gave to autograd until autograd has taken them over, which it has when the next ones come:
/// backward passes of a network run one function at a time.
/// </summary>
public sealed class GradientHandover : IDisposable
{
    Tensor[] _last = [];

    /// <summary>Lets go of the gradients before and holds these, outside every dispose scope.</summary>
    public void Pass(Tensor[] gradients)
    {
        Dispose();
        _last = [.. gradients.Select(gradient => gradient.DetachFromDisposeScope())];
    }

    /// <summary>Lets go of the last ones.</summary>
    public void Dispose()
    {
        Array.ForEach(_last, gradient => gradient.Dispose());
        _last = [];
    }
}
