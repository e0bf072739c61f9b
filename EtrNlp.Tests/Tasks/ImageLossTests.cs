using EtrNlp.Core.Tasks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Tasks;

/// <summary>Losses of tasks of whole images, whose labels may be unknown, and their gradients.</summary>
public sealed class ImageLossTests
{
    const float Unknown = float.NaN;

    static readonly float[,] Logits =
    {
        { 0.5f, -1.25f, 2 },
        { -0.75f, 0, 1.5f },
        { 3, 1, 0 },
    };

    // log(1 + e^0) = 0.6931472 and log(1 + e^-1) = 0.3132617, over two known labels. The gradients are (1/2 - 1) / 2
    // and 1 / (1 + e) / 2.
    [Test]
    public void Attributes_mean_over_the_labels_that_are_known()
    {
        using var scope = NewDisposeScope();
        var (loss, gradient) = Of(
            new Attributes(["a", "b"]) { HasUnknown = true },
            new float[,] { { 0, 1 }, { 2, -1 } },
            new[,] { { 1, Unknown }, { Unknown, 0 } }
        );

        Assert.That(loss, Is.EqualTo(0.50320446f).Within(1e-6));
        Assert.That(gradient, Is.EqualTo(new[] { -0.25f, 0, 0, 0.13447071f }).Within(1e-6));
        Assert.That(gradient[1..3], Is.All.Zero, "nothing is learnt from what is unknown");
    }

    [Test]
    public void Attributes_cost_the_same_where_nothing_happens_to_be_unknown()
    {
        using var scope = NewDisposeScope();
        var labels = new float[,] { { 1, 0, 1 }, { 0, 1, 0 }, { 0, 0, 1 } };
        var (plain, gradient) = Of(new Attributes(["a", "b", "c"]), Logits, labels);

        var (loss, other) = Of(new Attributes(["a", "b", "c"]) { HasUnknown = true }, Logits, labels);

        Assert.That(loss, Is.EqualTo(plain).Within(1e-6));
        Assert.That(other, Is.EqualTo(gradient).Within(1e-6));
    }

    static IEnumerable<ITaskKind> Kinds =>
        [
            new Attributes(["a", "b", "c"]) { HasUnknown = true },
            new Attributes(["a", "b", "c"]) { HasUnknown = true, PosWeights = [2, 3, 4] },
            new Choice("x", ["a", "b", "c"]),
        ];

    [TestCaseSource(nameof(Kinds))]
    public void A_batch_that_knows_nothing_has_neither_loss_nor_gradient(ITaskKind kind)
    {
        using var scope = NewDisposeScope();
        var labels = new float[3, kind.Columns.Length];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref labels[0, 0], labels.Length).Fill(Unknown);

        var (loss, gradient) = Of(kind, Logits, labels);

        Assert.That(loss, Is.Zero);
        Assert.That(gradient, Is.All.Zero);
    }

    // From PyTorch 1.13.1: binary_cross_entropy_with_logits(x, y, pos_weight=tensor([3., 0.5, 1.])).
    [Test]
    public void Positives_are_weighted_as_PyTorch_does()
    {
        using var scope = NewDisposeScope();
        var (loss, gradient) = Of(
            new Attributes(["a", "b", "c"]) { PosWeights = [3, 0.5, 1] },
            new[,] { { 0.5f, -1.25f, 2 }, { -0.75f, 0, 1.5f } },
            new float[,] { { 1, 0, 1 }, { 0, 1, 0 } }
        );

        Assert.That(loss, Is.EqualTo(0.70599103f).Within(1e-6));
        Assert.That(
            gradient,
            Is.EqualTo(
                    new[] { -0.18877034f, 0.03711669f, -0.01986716f, 0.05347021f, -0.04166667f, 0.1362624f }
                )
                .Within(1e-6)
        );
    }

    // The same without two of the labels: 3 log(1 + e^-0.5) and log(1 + e^1.5), over two.
    [Test]
    public void Weights_do_not_change_how_many_labels_count()
    {
        using var scope = NewDisposeScope();
        var (loss, _) = Of(
            new Attributes(["a", "b"]) { HasUnknown = true, PosWeights = [3, 0.5] },
            new[,] { { 0.5f, -1.25f }, { -0.75f, 1.5f } },
            new[,] { { 1, Unknown }, { Unknown, 0 } }
        );

        var expected = ((3 * Math.Log(1 + Math.Exp(-0.5))) + Math.Log(1 + Math.Exp(1.5))) / 2;
        Assert.That(loss, Is.EqualTo(expected).Within(1e-6));
    }

    // From PyTorch 1.13.1: cross_entropy(x, tensor([2, -1, 0]), ignore_index=-1).
    [Test]
    public void A_choice_is_the_cross_entropy_of_PyTorch_over_what_is_known()
    {
        using var scope = NewDisposeScope();
        var (loss, gradient) = Of(new Choice("x", ["a", "b", "c"]), Logits, new[,] { { 2 }, { Unknown }, { 0 } });

        Assert.That(loss, Is.EqualTo(0.20123401f).Within(1e-6));
        Assert.That(
            gradient,
            Is.EqualTo(
                    new[]
                    {
                        0.08841009f,
                        0.01536337f,
                        -0.10377347f,
                        0,
                        0,
                        0,
                        -0.07810265f,
                        0.0570976f,
                        0.02100503f,
                    }
                )
                .Within(1e-6)
        );
    }

    static (float Loss, float[] Gradient) Of(ITaskKind kind, float[,] logits, float[,] labels)
    {
        var outputs = tensor(logits).requires_grad_();
        var loss = kind.Loss(outputs, tensor(labels));
        loss.backward();
        return (loss.item<float>(), outputs.grad!.Floats());
    }
}
