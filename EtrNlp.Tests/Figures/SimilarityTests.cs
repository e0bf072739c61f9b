using EtrNlp.Core.Figures;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Figures;

/// <summary>What linear CKA and the mean cosine do not depend on, and values worked by hand.</summary>
public sealed class SimilarityTests
{
    const double Near = 1e-9;

    static Tensor Drawn(long rows, long columns) => tensor(Draw(rows * columns)).view(rows, columns);

    static double[] Draw(long count)
    {
        var random = TestContext.CurrentContext.Random;
        return [.. Enumerable.Range(0, (int)count).Select(_ => random.NextDouble(-1, 1))];
    }

    [Test]
    public void Cka_of_a_matrix_with_itself_is_1()
    {
        using var scope = NewDisposeScope();

        Assert.That(LinearCka.Matrix([Drawn(9, 4)])[0, 0], Is.EqualTo(1).Within(Near));
    }

    [Test]
    public void Cka_does_not_change_when_one_is_turned_scaled_and_moved()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Drawn(9, 4), Drawn(9, 6));
        var turn = linalg.qr(Drawn(6, 6)).Q;

        var turned = LinearCka.Matrix([x, (3.5 * y.matmul(turn)) + Drawn(1, 6)])[0, 1];

        Assert.That(turned, Is.EqualTo(LinearCka.Matrix([x, y])[0, 1]).Within(Near));
    }

    // Centred: x = (-1, 0, 1), y = (-1, 2, -1). y'x = 0. And z = (-1, -1, 2): z'x = 3, x'x = 2, z'z = 6: 9 / 12.
    [Test]
    public void Cka_of_three_examples_is_as_worked_by_hand()
    {
        using var scope = NewDisposeScope();
        var columns = new[] { new double[] { 1, 2, 3 }, [0, 3, 0], [5, 5, 8] }.Select(one => tensor(one).view(3, 1));

        var values = LinearCka.Matrix([.. columns]);

        Assert.That(values[0, 1], Is.Zero.Within(Near));
        Assert.That(values[0, 2], Is.EqualTo(0.75).Within(Near));
    }

    [Test]
    public void Cka_beside_equal_rows_is_not_a_number()
    {
        using var scope = NewDisposeScope();

        Assert.That(LinearCka.Matrix([Drawn(5, 2), ones(5, 2)])[0, 1], Is.NaN);
    }

    // Angles of 0, 90 and 180 degrees, and one example without gradient.
    [Test]
    public void The_cosine_is_the_mean_over_examples_that_have_a_gradient()
    {
        using var scope = NewDisposeScope();
        var first = tensor(new double[,] { { 1, 0 }, { 2, 0 }, { 0, 1 }, { 0, 0 } });
        var second = tensor(new double[,] { { 3, 0 }, { 0, 5 }, { 0, -2 }, { 1, 1 } });
        var third = tensor(new double[,] { { 1, 1 }, { 0, 0 }, { 0, 0 }, { 0, 0 } });

        var values = MeanCosine.Matrix([first, second, third]);

        Assert.That(values[0, 1], Is.Zero.Within(Near));
        Assert.That(values[0, 2], Is.EqualTo(Math.Sqrt(0.5)).Within(Near));
        Assert.That(values[0, 0], Is.EqualTo(1).Within(Near));
    }
}
