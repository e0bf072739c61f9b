using System.Diagnostics;
using static TorchSharp.torch;

namespace EtrNlp.Core.Profiling;

/// <summary>
/// What the machine can do at best, measured: floating-point operations per second, and bytes copied per second.
/// </summary>
public sealed record MachineLimit(double FlopsPerSecond, double CopyBytesPerSecond)
{
    const int Side = 2048;
    const int Repetitions = 5;

    /// <summary>
    /// The better of a large matrix product and a large 3x3 convolution in a type, and a large copy (read and written
    /// bytes counted).
    /// </summary>
    public static MachineLimit Measure(Device device, ScalarType type, Action synchronize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var a = ones([Side, Side], type, device);
        var b = ones([Side, Side], type, device);
        var x = ones([32, 32, 32, 128], type, device).permute(0, 3, 1, 2); // [32, 128, 32, 32], channels-last
        var w = ones([128, 3, 3, 128], type, device).permute(0, 3, 1, 2);
        var source = ones([64L << 20], ScalarType.Byte, device);
        var target = empty_like(source);
        var product = 2.0 * Side * Side * Side / Fastest(() => matmul(a, b).Dispose(), synchronize);
        var convolution =
            2.0
            * 32
            * 32
            * 32
            * 128
            * 128
            * 9
            / Fastest(() => nn.functional.conv2d(x, w, padding: [1, 1]).Dispose(), synchronize);
        var copied = 2.0 * source.NumberOfElements / Fastest(() => target.copy_(source), synchronize);
        return new MachineLimit(Math.Max(product, convolution), copied);
    }

    static double Fastest(Action action, Action synchronize)
    {
        action();
        var best = double.MaxValue;
        for (var i = 0; i < Repetitions; i++)
        {
            synchronize();
            var start = Stopwatch.GetTimestamp();
            action();
            synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
