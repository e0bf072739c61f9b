using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class IdentityTests
{
    static ConfigNode Node(string yaml) => YamlReader.ReadText(yaml, "f");

    // echo -n '{"a":"1","b":["x",null]}' | sha256sum
    [Test]
    public void It_is_the_hash_of_the_canonical_JSON() =>
        Assert.That(
            Identity.Of(Node("b: [x, ~]\na: 1\n")),
            Is.EqualTo("ce1a99cc37192b915ff594eb8b3a0a10d9e08f2a248e4de6aadf05ec7e4fb519")
        );

    [TestCase("{a: 1, b: 2}", "{b: 2, a: 1}", null)]
    [TestCase("{a: '1'}", "{a: 1}", null)]
    [TestCase("[1, 2]", "[2, 1]", "0: 1 / 2")]
    [TestCase("{a: {b: [x, y]}}", "{a: {b: [x, z]}}", "a.b.1: y / z")]
    [TestCase("{a: 1, c: 3}", "{b: 2, a: 1}", "c: 3 / absent")]
    [TestCase("{a: ~}", "{a: 'null'}", "a: null / \"null\"")]
    [TestCase("{a: ~}", "{}", "a: null / absent")]
    [TestCase("{a: []}", "{a: {}}", "a: [] / {}")]
    [TestCase("{a: [1]}", "{a: [1, {k: v}]}", "a.1: absent / {\"k\":\"v\"}")]
    [TestCase("{a: 1}", "{a: [1]}", "a: 1 / [\"1\"]")]
    public void The_first_key_that_differs_is_named_where_identities_differ(string left, string right, string? expected)
    {
        var (a, b) = (Node(left), Node(right));

        var difference = Identity.FirstDifference(a, b);

        Assert.That(
            difference is { } found ? $"{found.Key}: {found.Left} / {found.Right}" : null,
            Is.EqualTo(expected)
        );
        Assert.That(Identity.Of(a) == Identity.Of(b), Is.EqualTo(expected is null));
    }

    [Test]
    public void Cosmetic_keys_do_not_count_and_settings_do()
    {
        var resolved = Example.Read(Example.Yaml).Resolved;
        var renamed = Example.Read(Example.Yaml, "name=second").Resolved;
        var longer = Example.Read(Example.Yaml, "training.epochs=4").Resolved;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Identity.Of(renamed), Is.EqualTo(Identity.Of(resolved)));
            Assert.That(Identity.FirstDifference(resolved, renamed), Is.Null);
            Assert.That(Identity.Of(longer), Is.Not.EqualTo(Identity.Of(resolved)));
            Assert.That(Identity.FirstDifference(resolved, longer), Is.EqualTo(("training.epochs", "3", "4")));
        }
    }

    [TestCase("training.rate=0.001")]
    [TestCase("gamma=0.500")]
    [TestCase("training.update=joint")]
    [TestCase("note=~")]
    public void Saying_the_same_in_other_words_changes_nothing(string text) =>
        Assert.That(
            Identity.Of(Example.Read(Example.Yaml, text).Resolved),
            Is.EqualTo(Identity.Of(Example.Read(Example.Yaml).Resolved))
        );

    // Files of before the key was added have no word of it.
    [TestCase("{old: 1}", true)]
    [TestCase("{old: 1, added: {kind: scenes}}", true)]
    [TestCase("{old: 1, added: {kind: scenes, size: 64}}", true)]
    [TestCase("{old: 1, added: {kind: scenes, size: 65}}", false)]
    public void A_key_that_was_added_counts_where_it_is_not_at_its_default(string yaml, bool isSame)
    {
        Setting[] settings =
        [
            new Setting<int>("old", "a number", Values.Integer()),
            new Setting<string>("added", "an entry", Values.OneOf(Example.Axis), "{kind: scenes}", Added: true),
        ];
        var resolved = Section.Read(Node(yaml), "", settings, new Reading())!.Resolved;
        var before = Node("{old: 1}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Identity.Of(resolved) == Identity.Of(before), Is.EqualTo(isSame));
            Assert.That(Identity.FirstDifference(before, resolved)?.Key, Is.EqualTo(isSame ? null : "added"));
        }
    }

    [Test]
    public void A_resolved_file_resolves_to_itself()
    {
        var resolved = Example.Read(Example.Yaml).Resolved;

        var again = Example.Read(YamlWriter.Write(resolved)).Resolved;

        Assert.That(YamlWriter.Write(again), Is.EqualTo(YamlWriter.Write(resolved)));
        Assert.That(Identity.Of(again), Is.EqualTo(Identity.Of(resolved)));
    }
}
