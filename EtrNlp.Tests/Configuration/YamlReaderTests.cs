using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class YamlReaderTests
{
    static string Place(string yaml, string key) => YamlReader.ReadText(yaml, "f").PlaceOf(key).ToString();

    static string[] Complaints(string yaml) =>
        [
            .. Assert
                .Throws<ConfigException>(() => YamlReader.ReadText(yaml, "f"))!
                .Errors.Select(error => error.ToString()),
        ];

    // Lines and columns counted by hand, from 1.
    [TestCase("a: 1\nb:\n  - x\n  - {c: d}\n", "b.1.c", "f(4,9)")]
    [TestCase("a: 1\r\nb:\r\n  - x\r\n  - {c: d}\r\n", "b.1.c", "f(4,9)")]
    [TestCase("a: {b: [1,\n  2]}\n", "a.b.1", "f(2,3)")]
    [TestCase("# é\n\nä: 'ü'\nb:   \"x\"\n", "b", "f(4,6)")]
    [TestCase("base: &b\n  x: 1\nuse:\n  <<: *b\n  y: 2\n", "use.x", "f(2,6)")]
    [TestCase("base: &b\n  x: 1\nuse:\n  <<: *b\n  y: 2\n", "use.y", "f(5,6)")]
    [TestCase("a: 1\nb: [x, c: 2]\n", "b.1", "f(2,8)")]
    [TestCase("a: |\n  text\nb: 1\n", "b", "f(3,4)")]
    [TestCase(
        "a: 1\nb: {c: 2}\n",
        "b.nothing.here",
        "f(2,4)",
        TestName = "The_place_of_what_is_missing_is_that_of_the_deepest_part_there_is"
    )]
    public void Every_value_knows_its_line_and_column(string yaml, string key, string place) =>
        Assert.That(Place(yaml, key), Is.EqualTo(place));

    [TestCase(
        "a: [1, 2\nb: 3\n",
        "f(1,6): not valid YAML: a value is not closed or not separated from the next one; "
            + "is the '[' of line 1, column 4 closed?"
    )]
    [TestCase("a: [1, 2", "is the '[' of line 1, column 4 closed?")]
    [TestCase("x: 1\na: {b: 1\n", "is the '{' of line 2, column 4 closed?")]
    [TestCase("a:\n\tb: 1\n", "f(2,1): not valid YAML: a tab in the indentation; write blanks instead")]
    [TestCase("a: 1\n\tb: 2\n", "f(2,1): not valid YAML: a tab in the indentation")]
    [TestCase("a: [\n\t1]\nb: {c: 1}\n \td: 2\n", "f(4,2): not valid YAML: a tab in the indentation")]
    [TestCase(
        "a: {b: ${C}/d, e: 1}\n",
        "f(1,9): not valid YAML: a value with a variable is quoted inside brackets; write \"${C}/d\""
    )]
    [TestCase("a: [x, /y/${C}]\n", "write \"/y/${C}\"")]
    [TestCase("a: \"x", "f(1,4): not valid YAML")]
    [TestCase("a: b: c\n", "f(1,5): not valid YAML")]
    [TestCase("", "f(1,1): the file is empty")]
    [TestCase("# only a comment\n", "f(1,1): the file is empty")]
    [TestCase("a: 1\n---\nb: 2\n", "f(2,1): expected one YAML document")]
    [TestCase("a: *missing\n", "f(1,4): there is no anchor '&missing' above this alias")]
    [TestCase("a: &colour 1\nb: *color\n", "did you mean 'colour'?")]
    [TestCase("a: &a [*a]\n", "f(1,8): there is no anchor '&a' above this alias")]
    [TestCase("a: 1\n<<: 3\n", "f(2,5): <<: expected an alias of a mapping, got '3'")]
    [TestCase("[a, b]: 1\n", "f(1,1): a key must be a plain word")]
    [TestCase("? {a: 1}\n: 1\n", "f(1,3): a key must be a plain word")]
    [TestCase(": 1\n", "f(1,1): a key must be a plain word")]
    [TestCase("a: !!int \"3\"\n", "f(1,4): the tag '!!int' is not used here")]
    [TestCase("a: !mine {b: 1}\n", "f(1,4): the tag '!mine' is not used here")]
    [TestCase("a: 1\nb: x\0y\n", "f(2,5): not valid YAML: the control character U+0000")]
    public void What_is_not_one_good_document_is_refused_in_one_sentence(string yaml, string expected)
    {
        var complaints = Complaints(yaml);

        Assert.That(complaints, Has.Length.EqualTo(1));
        Assert.That(complaints[0], Does.Contain(expected).And.StartsWith("f(").And.Not.Contains("\n"));
    }

    [TestCase("a: {b: 1} x\n")]
    [TestCase("a: [1, '[']\n  b: 1\n")]
    [TestCase("a: {b: 1} # {\n  c: 1\n")]
    public void A_bracket_that_is_closed_is_not_asked_after(string yaml) =>
        Assert.That(Complaints(yaml), Has.One.StartsWith("f(").And.None.Contains("closed?"));

    [Test]
    public void All_duplicate_keys_are_named_together() =>
        Assert.That(
            Complaints("a: 1\nb: {c: 1, c: 2}\na: 3\n"),
            Is.EqualTo(
                new[]
                {
                    "f(2,11): c: the key stands here a second time, first in line 2; remove one",
                    "f(3,1): a: the key stands here a second time, first in line 1; remove one",
                }
            )
        );

    [Test]
    public void A_key_beats_what_is_merged_and_the_first_of_several_merged_beats_the_rest()
    {
        var node = YamlReader.ReadText("p: &p {a: 1, b: 1}\nq: &q {b: 2, c: 2}\nr: {<<: [*p, *q], c: 3}\n", "f");

        Assert.That(
            Identity.Of(node.Child("r")!),
            Is.EqualTo(Identity.Of(YamlReader.ReadText("{a: 1, b: 1, c: 3}", "g")))
        );
    }

    [TestCase("a:", null)]
    [TestCase("a: ~", null)]
    [TestCase("a: null", null)]
    [TestCase("a: 'null'", "null")]
    [TestCase("a: \"\"", "")]
    [TestCase("a: !!str null", "null")]
    [TestCase("a: |\n  x\n  y\n", "x\ny\n")]
    [TestCase("a: no", "no")]
    public void Only_an_unquoted_null_is_nothing(string yaml, string? text) =>
        Assert.That(((ScalarNode)YamlReader.ReadText(yaml, "f").Child("a")!).Text, Is.EqualTo(text));

    [TestCase("[", "")]
    [TestCase("[\n", "")]
    [TestCase("{a: ", "")]
    [TestCase("- ", "x")]
    [TestCase("? ", "x")]
    public void A_hundred_thousand_levels_are_refused_and_do_no_harm(string level, string end)
    {
        var complaint = Complaints(string.Concat(Enumerable.Repeat(level, 100_000)) + end)[0];

        Assert.That(
            complaint,
            Does.EndWith("nested more than 64 levels deep").Or.EndsWith("a key must be a plain word")
        );
    }

    [Test]
    public void Aliases_do_not_smuggle_depth_in()
    {
        var lines = Enumerable.Range(1, 70).Select(i => $"a{i}: &a{i} [*a{i - 1}]");

        Assert.That(
            Complaints($"a0: &a0 1\n{string.Join('\n', lines)}\n")[0],
            Does.EndWith("nested more than 64 levels deep")
        );
    }

    [Test]
    public void Aliases_that_expand_without_end_are_refused()
    {
        // Nine lists of nine aliases each: 9^9 = 387,420,489 values out of a few hundred characters.
        var lines = Enumerable
            .Range(1, 9)
            .Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]");

        Assert.That(
            Complaints($"a0: &a0 lol\n{string.Join('\n', lines)}\n")[0],
            Does.Contain("more than 100000 values")
        );
    }

    [Test]
    public void A_file_that_is_missing_or_a_folder_or_not_text_is_named()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var image = Path.Combine(folder.FullName, "image.yaml");
            File.WriteAllBytes(image, [0x61, 0x3A, 0x20, 0xFF, 0xD8]);

            string Complaint(string path) =>
                Assert.Throws<ConfigException>(() => YamlReader.ReadFile(path, "shown.yaml")).Message;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(
                    Complaint(Path.Combine(folder.FullName, "none.yaml")),
                    Is.EqualTo("shown.yaml: there is no such file")
                );
                Assert.That(Complaint(folder.FullName), Does.StartWith("shown.yaml: cannot read the file: "));
                Assert.That(Complaint(image), Is.EqualTo("shown.yaml: the file is not UTF-8 text; save it as UTF-8"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_first_key()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "a: 1\n"u8]);

            Assert.That(YamlReader.ReadFile(path).Child("a"), Is.Not.Null);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
