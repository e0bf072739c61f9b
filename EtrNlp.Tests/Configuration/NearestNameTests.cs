using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class NearestNameTests
{
    static readonly string[] _known = ["resnet18", "vgg16", "segnet", "lr"];

    [TestCase("kitten", "sitting", 3)]
    [TestCase("", "abc", 3)]
    [TestCase("form", "from", 1)]
    [TestCase("Form", "fROM", 1)]
    [TestCase("same", "SAME", 0)]
    public void The_distance_counts_edits_and_swaps(string a, string b, int distance) =>
        Assert.That(NearestName.Distance(a, b), Is.EqualTo(distance));

    [TestCase("resnet", "; did you mean 'resnet18'?")]
    [TestCase("VGG16", "; did you mean 'vgg16'?")]
    [TestCase("segent", "; did you mean 'segnet'?")]
    [TestCase("kl", "; known: resnet18, vgg16, segnet, lr")]
    [TestCase("transformer", "; known: resnet18, vgg16, segnet, lr")]
    public void A_near_name_is_offered_and_else_all_there_are(string name, string hint) =>
        Assert.That(NearestName.Hint(name, _known), Is.EqualTo(hint));

    // One letter from each.
    [Test]
    public void Of_names_as_near_the_one_that_begins_alike_is_offered() =>
        Assert.That(NearestName.Near("case", ["base", "cases"]), Is.EqualTo("cases"));

    [Test]
    public void A_very_long_name_costs_nothing() =>
        Assert.That(NearestName.Near(new string('x', 1_000_000), _known), Is.Null);
}
