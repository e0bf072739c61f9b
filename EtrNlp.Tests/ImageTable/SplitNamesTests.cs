using EtrNlp.Data.Datasets;
using EtrNlp.Data.ImageTable;
using NUnit.Framework;

namespace EtrNlp.Tests.ImageTable;

/// <summary>
/// The expected values are from Python: <c>int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], 'big') % 10</c>.
/// </summary>
public sealed class SplitNamesTests
{
    [TestCase("images/00005.jpg", Split.Train)] // 2
    [TestCase("ä/é.png", Split.Train)] // 2
    [TestCase("a.jpg", Split.Val)] // 8
    [TestCase("images/00000.jpg", Split.Test)] // 9
    public void The_name_alone_decides(string name, Split expected) =>
        Assert.That(SplitNames.ByHash(name), Is.EqualTo(expected));

    [Test]
    public void About_80_10_and_10_percent()
    {
        var counts = Enumerable
            .Range(0, 10_000)
            .Select(i => SplitNames.ByHash($"images/{i:00000}.jpg"))
            .CountBy(split => split)
            .ToDictionary();

        Assert.That(
            new[] { counts[Split.Train], counts[Split.Val], counts[Split.Test] },
            Is.EqualTo(new[] { 8009, 953, 1038 })
        );
    }

    [TestCase("train", Split.Train)]
    [TestCase("Val", Split.Val)]
    [TestCase("VALIDATION", Split.Val)]
    [TestCase("valid", Split.Val)]
    [TestCase("TEST", Split.Test)]
    [TestCase("training", null)]
    [TestCase("", null)]
    public void The_usual_words_are_known(string word, Split? expected) =>
        Assert.That(SplitNames.Parse(word), Is.EqualTo(expected));
}
