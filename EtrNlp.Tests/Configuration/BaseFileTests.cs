using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class BaseFileTests
{
    TemporaryFolder _folder = null!;

    [SetUp]
    public void Make_a_folder() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove_it() => _folder.Dispose();

    [Test]
    public void Mappings_merge_key_by_key_and_lists_replace()
    {
        Write("low.yaml", "a: {x: 1, y: {p: 2, q: 3}}\nl: [1, 2, 3]\nk: 4\n");

        Assert.That(
            Read("base: low.yaml\na: {y: {q: 5, r: 6}}\nl: [7]\nm: 8\n"),
            Says("a: {x: 1, y: {p: 2, q: 5, r: 6}}\nl: [7]\nk: 4\nm: 8\n")
        );
    }

    [Test]
    public void A_base_may_have_a_base_in_another_folder()
    {
        Directory.CreateDirectory(_folder.File("sub"));
        Write("sub/lowest.yaml", "a: 1\nb: 1\nc: 1\n");
        Write("sub/low.yaml", "base: lowest.yaml\nb: 2\nc: 2\n");

        Assert.That(Read("base: sub/low.yaml\nc: 3\n"), Says("a: 1\nb: 2\nc: 3\n"));
    }

    [Test]
    public void Null_takes_a_key_of_the_base_away_and_is_a_value_where_the_base_has_none()
    {
        Write("low.yaml", "a: {x: 1, y: 2}\nb: 3\n");

        Assert.That(Read("base: low.yaml\na: {x: null}\nb:\nc: null\n"), Says("a: {y: 2}\nc: null\n"));
    }

    [TestCase("kind")]
    [TestCase("type")]
    public void Another_kind_drops_the_other_keys_with_a_notice_for_each_that_is_not_written_anew(string choice)
    {
        Write("low.yaml", $"a: {{{choice}: old, x: 1, y: {{z: 2}}, w: 3}}\n");
        var reading = new Reading();

        var node = Read($"base: low.yaml\na: {{{choice}: new, y: {{v: 4}}, w: null}}\n", reading);

        Assert.That(node, Says($"a: {{{choice}: new, y: {{v: 4}}}}\n"));
        Assert.That(
            reading.Notices,
            Is.EqualTo(
                new[]
                {
                    $"{_folder.File("low.yaml")}(1,16): a.x belongs to the {choice} that was replaced and is left out",
                }
            )
        );
    }

    [Test]
    public void The_same_kind_keeps_them()
    {
        Write("low.yaml", "a: {kind: old, x: 1}\n");

        Assert.That(Read("base: low.yaml\na: {kind: old, y: 2}\n"), Says("a: {kind: old, x: 1, y: 2}\n"));
    }

    [Test]
    public void Every_value_keeps_its_place()
    {
        Write("low.yaml", "\na:\n  x: 1\n");

        var node = Read("base: low.yaml\na: {y: 2}\n");

        Assert.That($"{node.PlaceOf("a.x")}", Is.EqualTo($"{_folder.File("low.yaml")}(3,6)"));
        Assert.That($"{node.PlaceOf("a.y")}", Is.EqualTo($"{_folder.File("top.yaml")}(2,8)"));
    }

    [Test]
    public void Circles_are_refused_by_the_names_of_their_files()
    {
        Write("low.yaml", "base: top.yaml\n");

        var refusal = Assert.Throws<ConfigException>(() => Read("base: low.yaml\n"));

        Assert.That(
            refusal.Message,
            Does.Match(@"low.yaml\(1,7\): base: a file cannot build on itself: \S*top.yaml -> \S*low.yaml -> \S*top")
        );
    }

    [Test]
    public void Sixteen_files_are_enough()
    {
        foreach (var i in Enumerable.Range(1, 17))
        {
            Write($"{i}.yaml", i == 17 ? "a: 1\n" : $"base: {i + 1}.yaml\n");
        }

        Assert.That(BaseFile.Read(_folder.File("2.yaml"), new Reading()), Says("a: 1\n"));
        Assert.That(
            Assert.Throws<ConfigException>(() => BaseFile.Read(_folder.File("1.yaml"), new Reading())).Message,
            Does.Match(@"16\.yaml\(1,7\): base: more than 16 files build on one another, \S*1\.yaml to \S*17\.yaml; ")
        );
    }

    [TestCase("base: nowhere.yaml", "top.yaml(1,7): base: there is no file ")]
    [TestCase("base: [low.yaml]", "top.yaml(1,7): base: expected a path, got a list of 1")]
    [TestCase("base: list.yaml", "list.yaml(1,1): expected a mapping, got a list of 2")]
    [TestCase("base: broken.yaml", "broken.yaml(1,")]
    public void A_base_that_cannot_be_one_is_refused(string text, string reason)
    {
        Write("list.yaml", "[1, 2]\n");
        Write("broken.yaml", "a: b: c\n");

        Assert.That(Assert.Throws<ConfigException>(() => Read(text)).Message, Does.Contain(reason));
    }

    [Test]
    public void No_base_and_null_are_no_base()
    {
        Assert.That(Read("a: 1\n"), Says("a: 1\n"));
        Assert.That(Read("base: null\na: 1\n"), Says("a: 1\n"));
    }

    void Write(string name, string yaml) => File.WriteAllText(_folder.File(name), yaml);

    ConfigNode Read(string yaml, Reading? reading = null)
    {
        Write("top.yaml", yaml);
        return BaseFile.Read(_folder.File("top.yaml"), reading ?? new Reading());
    }

    static NUnit.Framework.Constraints.IResolveConstraint Says(string yaml) =>
        Is.Not.Null.And.Matches<ConfigNode>(node =>
            Identity.Of(node!) == Identity.Of(YamlReader.ReadText(yaml, "expected"))
        );
}
