using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Between functions of ours and autograd. It keeps the gradients that a function gave until autograd has taken them over, which it has when the
/// next ones come, or the pass is over: backward passes of a network run one function at a time. It takes gradients of parameters past autograd,
/// which would make a copy of each. And it keeps what failed in one, since no exception may pass through autograd's own code.
/// </summary>
public sealed class GradientHandover : IDisposable
{
    /// <summary>Numbers from which on a parameter is large: of fewer, holding the gradient costs less than moving one parameter alone.</summary>
    public const long ManyNumbers = 1 << 18;

    Tensor[] _last = [];
    ExceptionDispatchInfo? _failure;

    /// <summary>What is done with a large parameter (first) and its gradient in place of holding it; null where it is held, added to the one that is there.</summary>
    public Action<Tensor, Tensor>? Mover { get; set; }

    /// <summary>Whether the gradient of a parameter is not held.</summary>
    public bool Moves(Tensor parameter) => Mover is not null && parameter.NumberOfElements >= ManyNumbers;

    /// <summary>Takes the gradient that a pass found for a parameter.</summary>
    public void Take(Tensor parameter, Tensor gradient)
    {
        if (Moves(parameter))
        {
            Mover!(parameter, gradient);
            return;
        }

        using var sum = parameter.grad;
        if (sum is null)
        {
            parameter.grad = gradient;
        }
        else
        {
            sum.add_(gradient);
        }
    }

    /// <summary>Lets go of the gradients before and holds these, outside every dispose scope.</summary>
    public void Pass(Tensor[] gradients)
    {
        Dispose();
        _last = [.. gradients.Select(gradient => gradient.DetachFromDisposeScope())];
    }

    /// <summary>
    /// The gradients of a function's inputs, as it finds them. Where it fails (no memory, above all), which would end the process in autograd's
    /// code, the pass goes on without them and its first failure is kept.
    /// </summary>
    public List<Tensor> Find(int inputs, Func<List<Tensor>> gradients)
    {
        try
        {
            return gradients();
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            return [.. Enumerable.Repeat<Tensor>(null!, inputs)];
        }
    }

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
