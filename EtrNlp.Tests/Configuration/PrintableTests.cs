using System.Text.Json;
using System.Text.RegularExpressions;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class PrintableTests
{
    const string Shapeless =
        @"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069"
        + @"\u3164\ufe0f\ufeff]";

    // Codes by https://www.unicode.org/charts/: what controls, breaks lines, turns direction or has no shape.
    static readonly Dictionary<string, string> Hidden = new()
    {
        [@"\u001b[31m"] = "\e[31m",
        [@"a\u0000b"] = "a\0b",
        [@"\u0007"] = "\a",
        [@"\u007f"] = "\u007f",
        [@"\u0085"] = "\u0085",
        [@"\u009b2J"] = "\u009b2J",
        [@"a\nb\r\tc"] = "a\nb\r\tc",
        [@"\u2028\u2029"] = "\u2028\u2029",
        [@"\u202egpj.exe"] = "\u202egpj.exe",
        [@"\u2066x\u2069"] = "\u2066x\u2069",
        [@"\u061c\u200e\u200f"] = "\u061c\u200e\u200f",
        [@"\u200b\u200c\u200d\u2060\ufeff\u00ad"] = "\u200b\u200c\u200d\u2060\ufeff\u00ad",
        [@"\u3164"] = "\u3164",
        [@"\ufe0f"] = "\ufe0f",
        [@"a\ud800"] = "a\ud800",
        [@"\udc00b"] = "\udc00b",
        [@"\U000e0041"] = "\U000e0041",
    };

    static IEnumerable<string> Codes => Hidden.Keys;

    static IEnumerable<string> Whole =>
        Hidden.Keys.Where(shown => !Hidden[shown].Any(c => char.IsSurrogate(c)) || shown[1] == 'U');

    [TestCaseSource(nameof(Codes))]
    public void What_could_deceive_a_reader_is_shown_by_its_code(string shown)
    {
        Assert.That(Printable.Line(Hidden[shown]), Is.EqualTo(shown));
        Assert.That(Printable.Line(shown), Is.EqualTo(shown), "what was made printable stays as it is");
    }

    [TestCase("plain text, 100 % ± 3")]
    [TestCase("Übermut 写真 صورة תמונה")]
    [TestCase("😀")]
    [TestCase(@"C:\new\u0041")]
    [TestCase("[red]markup[/]")]
    public void Any_other_text_stays_as_it_is(string text) => Assert.That(Printable.Line(text), Is.SameAs(text));

    [TestCaseSource(nameof(Codes))]
    public void A_JSON_document_keeps_its_content(string shown)
    {
        // no JSON writer leaves these
        var raw = string.Concat(Hidden[shown].Select(c => c < ' ' ? $@"\u{(int)c:x4}" : $"{c}"));
        var document = Printable.Json($"[\n\"{raw}\"]");

        Assert.That(document, Does.Not.Match(Shapeless));
        Assert.That(
            Regex.Unescape(JsonDocument.Parse(document).RootElement[0].GetRawText()[1..^1]),
            Is.EqualTo(Hidden[shown])
        );
    }

    // Half a character has no place in a file of UTF-8.
    [TestCaseSource(nameof(Whole))]
    public void A_YAML_document_is_read_back_unchanged(string shown)
    {
        var written = YamlWriter.Write(new ScalarNode(Hidden[shown], Place.Default));

        Assert.That(written, Does.Not.Match(Shapeless));
        Assert.That(((ScalarNode)YamlReader.ReadText(written, "a.yaml")).Text, Is.EqualTo(Hidden[shown]));
    }

    [Test]
    public void A_very_long_word_and_a_very_long_line_are_cut_in_the_middle()
    {
        var word = Printable.Line($"no column '{new string('x', 100_000)}'; did you mean 'y'?");
        var line = Printable.Line(string.Join(' ', Enumerable.Repeat("abc", 100_000)));

        Assert.That(
            word,
            Has.Length.LessThan(500)
                .And.StartsWith("no column 'xxx")
                .And.EndsWith("did you mean 'y'?")
                .And.Contain("characters left out")
        );
        Assert.That(line, Has.Length.LessThanOrEqualTo(4000).And.Contain("characters left out"));
        Assert.That(
            (Printable.Line(word), Printable.Line(line)),
            Is.EqualTo((word, line)),
            "a line that another process said is not cut again"
        );
    }
}
