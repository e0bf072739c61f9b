using EtrNlp.Core.Optimizers;
using NUnit.Framework;

namespace EtrNlp.Tests.Training;

/// <summary>Learning rate factors, worked by hand.</summary>
public sealed class ScheduleTests
{
    [TestCase(0)]
    [TestCase(99)]
    public void Constant_is_1(int step) => Assert.That(new ConstantSchedule().Factor(At(step)), Is.EqualTo(1));

    // 10 steps of an epoch; a drop to a half after every 3 epochs: at steps 30, 60, 90.
    [TestCase(0, 1)]
    [TestCase(29, 1)]
    [TestCase(30, 0.5)]
    [TestCase(59, 0.5)]
    [TestCase(60, 0.25)]
    [TestCase(99, 0.125)]
    public void A_step_drops_after_whole_epochs(int step, double factor) =>
        Assert.That(new StepSchedule(3, 0.5).Factor(At(step)), Is.EqualTo(factor));

    // Half a cosine over 100 steps: (1 + cos(pi * t / 100)) / 2. t = 25: (1 + 0.70710678) / 2 = 0.85355339; 50: 0.5;
    // 75: 0.14644661.
    [TestCase(0, 0, 0, 1)]
    [TestCase(0, 0, 25, 0.85355339)]
    [TestCase(0, 0, 50, 0.5)]
    [TestCase(0, 0, 75, 0.14644661)]
    [TestCase(0, 0, 100, 0)]
    // A floor of 0.2 leaves 0.8 of it: 0.2 + 0.8 * 0.5 = 0.6.
    [TestCase(0.2, 0, 50, 0.6)]
    [TestCase(0.2, 0, 100, 0.2)]
    // 20 steps of warm-up rise by 1 / 21 each, then the cosine over the other 80: step 40 is a quarter of it, step 60
    // half.
    [TestCase(0, 20, 0, 0.04761905)]
    [TestCase(0, 20, 19, 0.95238095)]
    [TestCase(0, 20, 20, 1)]
    [TestCase(0, 20, 40, 0.85355339)]
    [TestCase(0, 20, 60, 0.5)]
    [TestCase(0, 20, 100, 0)]
    public void A_cosine_falls_from_1_to_its_floor(double floor, int warmUp, int step, double factor) =>
        Assert.That(new CosineSchedule(floor, warmUp).Factor(At(step)), Is.EqualTo(factor).Within(1e-8));

    static Progress At(long step) => new(step, StepsPerEpoch: 10, TotalSteps: 100);
}
