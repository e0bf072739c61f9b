using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class OverridesTests
{
    static readonly string _folder = Example.Yaml;

    [Test]
    public void A_value_is_typed_like_the_file()
    {
        var file = Example
            .Read(_folder, "training.epochs=7", "columns=[a, b]", "data={kind: scenes, count: 5}", "augment=true")
            .File;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Training.Epochs, Is.EqualTo(7));
            Assert.That(file.Columns, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(file.Data, Is.EqualTo("5 scenes of 64"));
            Assert.That(file.Augment, Is.True);
        }
    }

    [TestCase("training.epochs=0", "--set training.epochs=0: training.epochs: expected an integer >= 1, got '0'")]
    [TestCase("columns=[a, B]", "--set columns=[a, B]: columns.1: expected a name of a-z, 0-9 and _, got 'B'")]
    [TestCase("training.epcohs=3", "--set training.epcohs=3: training.epcohs: unknown key; did you mean 'epochs'?")]
    [TestCase("trainig.rate=1", "--set trainig.rate=1: trainig: unknown key; did you mean 'training'?")]
    [TestCase("training.epochs", "--set training.epochs: expected path.to.key=value")]
    [TestCase("=3", "--set =3: expected path.to.key=value")]
    [TestCase("training..epochs=3", "--set training..epochs=3: expected path.to.key=value")]
    [TestCase("name.first=a", "--set name.first=a: there is no key 'first' to set: a.yaml(1,7) holds 'first'")]
    [TestCase("columns.2=a", "--set columns.2=a: there is no item '2': a.yaml(3,10) holds a list of 2, counted from 0")]
    [TestCase(
        "columns.-1=a",
        "--set columns.-1=a: there is no item '-1': a.yaml(3,10) holds a list of 2, counted from 0"
    )]
    [TestCase(
        "columns.last=a",
        "--set columns.last=a: there is no item 'last': a.yaml(3,10) holds a list of 2, counted from 0"
    )]
    [TestCase("training.epochs=", "--set training.epochs=: training.epochs: expected an integer >= 1, got nothing")]
    public void A_mistake_shows_the_override_as_it_was_typed(string text, string expected) =>
        Assert.That(Example.Complaints(_folder, text), Is.EqualTo(new[] { expected }));

    [Test]
    public void A_value_that_is_no_YAML_shows_the_override() =>
        Assert.That(
            Example.Complaints(_folder, "columns=[a"),
            Has.Length.EqualTo(1).And.One.StartsWith("--set columns=[a: not valid YAML: ")
        );

    [TestCase("note=\"my\" #1")]
    [TestCase("note='my' #1'")]
    [TestCase("data={kind: scenes} # five")]
    public void What_would_be_a_comment_is_refused_and_not_cut_off(string text) =>
        Assert.That(
            Example.Complaints(_folder, text),
            Has.Length.EqualTo(1).And.One.StartsWith($"--set {text}: expected no comment")
        );

    [Test]
    public void All_overrides_that_cannot_be_applied_are_reported_together() =>
        Assert.That(Example.Complaints(_folder, "nothing", "gamma=1", "name.x=1"), Has.Length.EqualTo(2));

    [Test]
    public void A_path_of_thousands_of_keys_does_no_harm() =>
        Assert.That(
            Example.Complaints(_folder, $"{string.Join('.', Enumerable.Repeat("a", 50_000))}=1"),
            Has.One.EndsWith("expected path.to.key=value")
        );

    [TestCase("note=a=b", "a=b")]
    [TestCase("note='#1'", "#1")]
    [TestCase(" note = x ", "x")]
    [TestCase("note=", null)]
    [TestCase("note=~", null)]
    [TestCase("note=# no comment", "# no comment")]
    [TestCase("note=my #1/x", "my #1/x")]
    [TestCase("note='my #1/x'", "my #1/x")]
    [TestCase("note=a: b", "a: b")]
    [TestCase("note=&a b", "&a b")]
    [TestCase("note=--- b", "--- b")]
    [TestCase("note=!b", "!b")]
    public void Everything_after_the_first_equals_sign_is_the_value(string text, string? note) =>
        Assert.That(Example.Read(_folder, text).File.Note, Is.EqualTo(note));

    [Test]
    public void An_item_of_a_list_is_set_by_its_index_and_an_alias_of_it_stays_as_it_was()
    {
        var node = Overrides.Apply(YamlReader.ReadText("l: [&x {a: 1}, *x]", "f"), ["l.1.a=2"]);

        Assert.That(Identity.Of(node), Is.EqualTo(Identity.Of(YamlReader.ReadText("l: [{a: 1}, {a: 2}]", "g"))));
    }

    [Test]
    public void A_section_that_stands_empty_or_is_missing_is_filled()
    {
        var node = Overrides.Apply(YamlReader.ReadText("a:\n", "f"), ["a.b=1", "c.d.e=2"]);

        Assert.That(Identity.Of(node), Is.EqualTo(Identity.Of(YamlReader.ReadText("a: {b: 1}\nc: {d: {e: 2}}", "g"))));
    }

    [Test]
    public void Later_overrides_win() =>
        Assert.That(Example.Read(_folder, "gamma=0", "gamma=0.25").File.Gamma, Is.EqualTo(0.25m));

    [Test]
    public void Another_kind_drops_the_keys_of_the_old_one_with_a_notice()
    {
        var (file, _, notices) = Example.Read(_folder, "data.kind=scenes");

        Assert.That(file.Data, Is.EqualTo("100 scenes of 64"));
        Assert.That(
            notices,
            Is.EqualTo(new[] { "a.yaml(2,22): data.root belongs to the kind that was replaced and is left out" })
        );
    }

    [TestCase("data.kind=scenes", "data.count=5")]
    [TestCase("data.count=5", "data.kind=scenes")]
    public void Keys_of_the_new_kind_may_be_set_before_or_after_it(string first, string second) =>
        Assert.That(Example.Read(_folder, first, second).File.Data, Is.EqualTo("5 scenes of 64"));

    [TestCase("data.kind=scenes", "data.root=/x")]
    [TestCase("data.root=/x", "data.kind=scenes")]
    public void A_key_that_was_set_but_does_not_fit_the_new_kind_is_a_mistake(string first, string second) =>
        Assert.That(
            Example.Complaints(_folder, first, second),
            Is.EqualTo(new[] { "--set data.root=/x: data.root: unknown key; known: count, size, kind" })
        );

    [Test]
    public void Keys_that_both_kinds_know_are_kept() =>
        Assert.That(
            Example
                .Read(_folder.Replace("/images", "/images, size: 32", StringComparison.Ordinal), "data.kind=scenes")
                .File.Data,
            Is.EqualTo("100 scenes of 32")
        );

    [TestCase("data.kind=folder")]
    [TestCase("data.kind=scenes", "data.kind=folder")]
    [TestCase("data.size=32")]
    public void Where_the_kind_stays_an_unknown_key_of_the_file_is_a_mistake(params string[] overrides) =>
        Assert.That(
            Example.Complaints(_folder.Replace("root:", "rot: 1, root:", StringComparison.Ordinal), overrides),
            Is.EqualTo(new[] { "a.yaml(2,22): data.rot: unknown key; did you mean 'root'?" })
        );

    [TestCase("training.epochs=3", "training")]
    [TestCase("seeds=[0]", "seeds")]
    [TestCase(" data = x", "data")]
    public void The_first_key_tells_what_an_override_is_about(string text, string key) =>
        Assert.That(Overrides.FirstKey(text), Is.EqualTo(key));
}
