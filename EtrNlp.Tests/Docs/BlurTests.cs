using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Docs;

/// <summary>The primitive that docs/adding.md shows is Blur.cs, which is compiled here.</summary>
public sealed class BlurTests
{
    static readonly Registry<IPrimitive> Listed = new("primitive", Blur.Entry);

    [Test]
    public void The_text_in_the_documents_is_what_is_compiled() =>
        Assert.That(
            Document.Of("docs/adding.md").Blocks.Single(block => block.Language == "csharp").Text,
            Is.EqualTo(
                File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "Blur.cs")).ReplaceLineEndings("\n")
            )
        );

    // Of a 2x2 image every window of 3x3 holds all four pixels, 1 + 2 + 3 + 6 = 12, and five zeros: 12 / 9.
    [Test]
    public void It_averages_with_its_default_window()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3, 6 }).view(1, 1, 2, 2);

        var y = Listed.Default("blur").Build([]).Apply(x);

        Assert.That(y.shape, Is.EqualTo(x.shape));
        Assert.That(y.data<float>(), Is.All.EqualTo(12f / 9).Within(Rounding.Of(terms: 9)));
    }

    [Test]
    public void A_window_of_one_pixel_leaves_an_image_as_it_is()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3, 6 }).view(1, 1, 2, 2);

        Assert.That(Listed.Default("blur", "kernel: 1").Build([]).Apply(x).Bits(), Is.EqualTo(x.Bits()));
    }

    [Test]
    public void A_window_without_a_centre_is_refused() =>
        Assert.That(
            () => Listed.Default("blur", "kernel: 2"),
            Throws.TypeOf<ConfigException>().With.Message.Contains("an odd integer from 1 to 99")
        );
}
