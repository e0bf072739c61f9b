using System.Text.RegularExpressions;
using ArchUnitNET.Domain.Extensions;
using EtrNlp.Core.Networks;
using NUnit.Framework;

namespace EtrNlp.Tests.Architecture;

/// <summary>
/// No number that libtorch reads is one that the garbage collector may free meanwhile: TorchSharp makes such a one of a
/// number in an operator, and of the factor 1 of its additions (dotnet/TorchSharp pull requests 1434 and 1496).
/// </summary>
public sealed partial class LastingNumbersTests
{
    [Test]
    public void No_operation_on_tensors_makes_a_number_of_its_own()
    {
        var calls = LayersTests
            .Assemblies.MethodMembers.Where(method => method.DeclaringType.Namespace.FullName.StartsWith("EtrNlp.Core"))
            .SelectMany(method => method.GetCalledMethods().Select(called => (Caller: method, Called: called)))
            .Where(call => HiddenNumber().IsMatch(call.Called.FullName))
            .Select(call => $"{call.Caller.FullName} calls {call.Called.FullName}");

        Assert.That(calls, Is.Empty, "use Scalars.Plus, or an operation with Scalars.Of(number)");
    }

    [TestCase("Tensor TorchSharp.torch/Tensor::op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)")]
    [TestCase("Tensor TorchSharp.torch/Tensor::op_Multiply(System.Int32,TorchSharp.torch/Tensor)")]
    [TestCase("Tensor TorchSharp.torch/Tensor::add_(TorchSharp.Scalar)")]
    public void Those_operations_are_found_by_name(string name) => Assert.That(HiddenNumber().IsMatch(name));

    [Test]
    public void Calls_of_tensors_are_seen_at_all() =>
        Assert.That(
            LayersTests
                .Assemblies.MethodMembers.Where(method => method.DeclaringType.Name == nameof(Scalars))
                .SelectMany(method => method.GetCalledMethods())
                .Select(called => called.FullName),
            Has.Some.Contains("Tensor::add(")
        );

    [GeneratedRegex(
        @"Tensor::(op_Addition\(|add_?\([^,]*\)|op_(?!Implicit)\w+\(.*System\.(Int32|Int64|Single|Double))",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex HiddenNumber();
}
