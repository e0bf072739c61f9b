using System.Collections.Concurrent;
using TorchSharp;

namespace EtrNlp.Core.Networks;

/// <summary>
/// Numbers for libtorch that live as long as the program. TorchSharp makes one of every number in a call, and the
/// garbage collector may free it while libtorch still reads it (dotnet/TorchSharp pull requests 1434 and 1496).
/// </summary>
static class Scalars
{
    static readonly ConcurrentDictionary<double, Scalar> Known = []; // few: the constants of formulas

    /// <summary>The integer 0.</summary>
    internal static Scalar Zero { get; } = 0;

    /// <summary>The integer 1.</summary>
    internal static Scalar One { get; } = 1;

    /// <summary>The integer 2.</summary>
    internal static Scalar Two { get; } = 2;

    /// <summary>A constant; not for numbers that change with the step, each of which would be kept.</summary>
    internal static Scalar Of(double constant) => Known.GetOrAdd(constant, number => number);

    /// <summary>The sum of two tensors.</summary>
    internal static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right) => left.add(right, One);

    /// <summary>A number added to every element.</summary>
    internal static torch.Tensor Plus(this torch.Tensor left, Scalar number) => left.add(number, One);

    /// <summary>Adds a number to every element, in its memory.</summary>
    internal static torch.Tensor Plus_(this torch.Tensor sum, Scalar number) => sum.add_(number, One);

    /// <summary>Adds a tensor to another one, in its memory.</summary>
    internal static torch.Tensor Plus_(this torch.Tensor sum, torch.Tensor other) => sum.add_(other, One);
}
