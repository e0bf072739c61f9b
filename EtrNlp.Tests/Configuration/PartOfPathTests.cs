using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class PartOfPathTests
{
    static readonly ValueType<string> Letters = PartOfPath.Type("a name of a-z, 0-9 and '.'", "[a-z0-9.]+");

    static string? Complaint(string text)
    {
        var reading = new Reading();
        return Letters.Read(new ScalarNode(text, new Place("a.yaml", 1, 7)), "name", reading) is null
            ? Assert.Throws<ConfigException>(reading.ThrowIfWrong).Errors.Single().Message
            : null;
    }

    // learn.microsoft.com/windows/win32/fileio/naming-a-file: with an extension too.
    [TestCase("con")]
    [TestCase("nul.x")]
    [TestCase("com1")]
    [TestCase("lpt9.a.b")]
    public void What_Windows_keeps_for_itself_is_refused(string text) =>
        Assert.That(
            Complaint(text),
            Is.EqualTo($"name: '{text}' cannot be the name of a file on Windows; choose another name")
        );

    [TestCase("cone")]
    [TestCase("a.con")]
    [TestCase("com10")]
    [TestCase("auxiliary")]
    public void What_only_looks_like_it_is_a_name(string text) => Assert.That(Complaint(text), Is.Null);

    [TestCase(100, null)]
    [TestCase(101, "name: expected a name of at most 100 characters, got one of 101")]
    public void A_name_is_at_most_100_characters_long(int length, string? complaint) =>
        Assert.That(Complaint(new string('a', length)), Is.EqualTo(complaint));

    [TestCase("")]
    [TestCase("A")]
    [TestCase("a\n")]
    [TestCase("a/b")]
    public void The_pattern_is_that_of_the_whole_name(string text) =>
        Assert.That(Complaint(text), Does.StartWith("name: expected a name of a-z, 0-9 and '.', got"));
}
