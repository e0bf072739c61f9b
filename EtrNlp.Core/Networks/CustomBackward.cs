using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// What the project's own autograd functions need of a backward pass. Autograd runs them one after the other and takes
/// their gradients over after they returned, and no exception may pass through its code.
/// </summary>
public sealed class CustomBackward : IDisposable
{
    Tensor[] _held = [];
    ExceptionDispatchInfo? _failure;

    /// <summary>Whether what functions saved is needed again, by another backward pass over the same graph.</summary>
    public bool KeepsSaved { get; set; }

    /// <summary>Frees what a function saved, unless another backward pass will need it.</summary>
    public void Release(IDisposable saved)
    {
        if (!KeepsSaved)
        {
            saved.Dispose();
        }
    }

    /// <summary>
    /// Finds the gradients of a function's inputs, one for each, null if an input needs none. They live until the next
    /// function returns its own, or the pass ends. A failure (no memory, above all) leaves all of them out and is kept.
    /// </summary>
    /// <param name="inputs">The number of inputs, needed after a failure.</param>
    /// <param name="gradients">Finds them inside a dispose scope.</param>
    public List<Tensor> Find(int inputs, Func<Tensor?[]> gradients)
    {
        try
        {
            using var scope = NewDisposeScope();
            var found = gradients();
            Dispose();
            _held = [.. found.OfType<Tensor>().Select(gradient => gradient.DetachFromDisposeScope())];
            return [.. found.Select(gradient => gradient!)];
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            return [.. Enumerable.Repeat<Tensor>(null!, inputs)];
        }
    }

    /// <summary>Ends a backward pass: frees its last gradients, and throws the first failure in it.</summary>
    public void EndPass()
    {
        Dispose();
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    /// <summary>Frees the last gradients.</summary>
    public void Dispose()
    {
        Array.ForEach(_held, gradient => gradient.Dispose());
        _held = [];
    }
}
