using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Between functions of ours and autograd. It keeps the gradients that a function gave until autograd has taken them over, which it has when the
/// next ones come, or the pass is over: backward passes of a network run one function at a time. And it keeps what failed in one, since no
/// exception may pass through autograd's own code.
/// </summary>
public sealed class GradientHandover : IDisposable
{
    Tensor[] _last = [];
    ExceptionDispatchInfo? _failure;

    /// <summary>Lets go of the gradients before and holds these, outside every dispose scope.</summary>
    public void Pass(Tensor[] gradients)
    {
        Dispose();
        _last = [.. gradients.Select(gradient => gradient.DetachFromDisposeScope())];
    }

    /// <summary>Keeps the first failure of a backward pass, which goes on without the gradients that are missing.</summary>
    public void Fail(Exception failure) => _failure ??= ExceptionDispatchInfo.Capture(failure);

    /// <summary>To be called after every backward pass: lets go of its last gradients, and throws what failed in it.</summary>
    public void EndPass()
    {
        Dispose();
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    /// <summary>Lets go of the last ones.</summary>
    public void Dispose()
    {
        Array.ForEach(_last, gradient => gradient.Dispose());
        _last = [];
    }
}
