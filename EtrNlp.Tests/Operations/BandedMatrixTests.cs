using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>Products with a matrix that is zero but for a band, against the product with all of it.</summary>
public sealed class BandedMatrixTests
{
    [TestCase(64, 64, 3)] // short: not cut
    [TestCase(16, 130, 3)] // few rows: nor this
    [TestCase(65, 65, 3)] // a last block of one row
    [TestCase(100, 130, 3)] // few items, one after the other
    [TestCase(100, 130, 40)] // many items, batched
    public void It_is_the_product_with_the_whole_matrix(int rows, int columns, int items)
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore([], [], seed: 1, CPU);
        var entries = new float[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            entries[row, row] = row + 1;
            entries[row, Math.Min(row + 7, columns - 1)] += 2;
        }

        var x = Draw.Gaussian("x", items, columns, 5);

        var y = new BandedMatrix(entries, store).Apply(x);

        Assert.That(y.shape, Is.EqualTo(new long[] { items, rows, 5 }));
        var distance = (y - matmul(tensor(entries), x)).abs().max().item<float>();
        var sizes = matmul(tensor(entries), x.abs()).max().item<float>(); // of two terms
        Assert.That(distance, Is.LessThanOrEqualTo(Rounding.Of(terms: 2, sizes)));
    }

    [Test]
    public void Rows_of_nothing_but_zeros_give_zeros()
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore([], [], seed: 1, CPU);

        var y = new BandedMatrix(new float[20, 70], store).Apply(ones(2, 70, 3));

        Assert.That(y.abs().sum().item<float>(), Is.Zero);
    }
}
