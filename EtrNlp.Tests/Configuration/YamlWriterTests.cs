using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class YamlWriterTests
{
    static readonly Place _place = new("f", 1, 1);

    static readonly string[] _awkward =
    [
        "",
        " ",
        "~",
        "null",
        "Null",
        "true",
        "no",
        "3",
        "0x10",
        "1e-4",
        "-",
        "--",
        "---",
        "...",
        "-x",
        "- x",
        "? x",
        ": x",
        "x:",
        "x: y",
        "#",
        "x #y",
        "#x",
        " leading",
        "trailing ",
        "\n",
        "two\nlines",
        "line\n",
        "\n\n",
        "a\r\nb",
        "\ttab",
        "tab\t",
        "[",
        "]",
        "{x}",
        "a, b",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "\\",
        "C:\\data",
        "${VAR}/x",
        "<<",
        "=",
        "é",
        "日本語",
        "😀",
        "\u0085",
        "\u2028",
        "\u00a0",
        "\ufeff",
        "\u200b",
        "a\u0001b",
        "very long text",
    ];

    static Gen<string> Texts { get; } =
        Gen.Frequency(
            (4, Gen.Elements(_awkward)),
            (2, Gen.Elements(_awkward).Two().Select(pair => pair.Item1 + pair.Item2)),
            (1, Gen.Elements("x y ", "word", "\n", ": ").ArrayOf(60).Select(string.Concat)),
            (
                1,
                Gen.Choose(0x20, 0xD7FF)
                    .Where(c => !char.IsControl((char)c))
                    .Select(c => (char)c)
                    .ArrayOf()
                    .Select(characters => new string(characters))
            )
        );

    static Gen<ConfigNode> Scalars { get; } =
        Gen.OneOf(
            Texts.Select(text => (ConfigNode)new ScalarNode(text, _place, Quoted: true)),
            Texts.Select(text => (ConfigNode)new ScalarNode(text, _place)),
            Gen.Constant((ConfigNode)new ScalarNode(null, _place))
        );

    static Gen<ConfigNode> Trees(int depth) =>
        depth == 0
            ? Scalars
            : Gen.Frequency(
                (1, Scalars),
                (2, Trees(depth - 1).ListOf().Select(items => (ConfigNode)new ListNode([.. items.Take(4)], _place))),
                (
                    3,
                    Texts
                        .Where(key => key.Length > 0)
                        .Zip(Trees(depth - 1))
                        .ListOf()
                        .Select(pairs =>
                            (ConfigNode)
                                new MapNode(
                                    [
                                        .. pairs
                                            .Take(4)
                                            .DistinctBy(pair => pair.Item1)
                                            .Select(pair => new MapEntry(pair.Item1, pair.Item2, _place)),
                                    ],
                                    _place
                                )
                        )
                )
            );

    [Test]
    public void What_is_written_is_read_back_with_the_same_identity() =>
        Properties.Hold(
            Trees(3),
            500,
            tree => Identity.Of(YamlReader.ReadText(YamlWriter.Write(tree), "g")) == Identity.Of(tree)
        );

    [TestCaseSource(nameof(_awkward))]
    public void A_quoted_text_is_read_back_as_that_text(string text)
    {
        var written = YamlWriter.Write(
            new MapNode([new MapEntry("k", new ScalarNode(text, _place, Quoted: true), _place)], _place)
        );

        Assert.That(
            YamlReader.ReadText(written, "g").Child("k"),
            Is.EqualTo(new ScalarNode(text, new Place("g", 1, 4), Quoted: true))
        );
    }

    [Test]
    public void The_file_reads_well()
    {
        var node = YamlReader.ReadText(
            "{b: ~, a: [1, 1e-4, x], c: {root: \"${DATA}/x y\", list: [{kind: shift, by: '3'}]}, e: []}",
            "f"
        );

        Assert.That(
            YamlWriter.Write(node),
            Is.EqualTo(
                "b: null\na: [1, 1e-4, x]\nc:\n  root: \"${DATA}/x y\"\n  "
                    + "list:\n  - kind: shift\n    by: \"3\"\ne: []\n"
            )
        );
    }
}
