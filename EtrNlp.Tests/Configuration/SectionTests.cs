using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class SectionTests
{
    [Test]
    public void A_file_becomes_values_with_defaults_where_nothing_is_written()
    {
        var file = Example.Read(Example.Yaml).File;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Columns, Is.EqualTo(new[] { "smiling", "young" }));
            Assert.That(
                file with
                {
                    Columns = [],
                },
                Is.EqualTo(
                    new ExampleFile(
                        "first",
                        Path.GetFullPath("/images"),
                        [],
                        new Training(3, 0.001, Update.Joint),
                        0.5m,
                        false,
                        null,
                        null
                    )
                )
            );
        }
    }

    [Test]
    public void All_mistakes_of_a_file_are_reported_together_in_the_order_of_its_lines()
    {
        const string yaml = """
            nmae: first
            gamma: 1.5
            training:
              epochs: 0
              update: steady_sate
              rate: [1e-3]
            data: {kind: scnes}
            columns: [ok, Not ok, '']
            augment: yes
            name: a b
            """;

        Assert.That(
            Example.Complaints(yaml),
            Is.EqualTo(
                new[]
                {
                    "a.yaml(1,1): nmae: unknown key; did you mean 'name'?",
                    "a.yaml(2,8): gamma: expected a number from 0 to 1, got '1.5'",
                    "a.yaml(4,11): training.epochs: expected an integer >= 1, got '0'",
                    "a.yaml(5,11): training.update: expected one of joint, steady_state, got 'steady_sate'; "
                        + "did you mean 'steady_state'?",
                    "a.yaml(6,9): training.rate: expected a number from 0 to 1, got a list of 1",
                    "a.yaml(7,14): data.kind: there is no dataset 'scnes'; did you mean 'scenes'?",
                    "a.yaml(8,15): columns.1: expected a name of a-z, 0-9 and _, got 'Not ok'",
                    "a.yaml(8,23): columns.2: expected a name of a-z, 0-9 and _, got \"\"",
                    "a.yaml(9,10): augment: expected true or false, got 'yes'",
                    "a.yaml(10,7): name: expected a name of a-z, 0-9 and _, got 'a b'",
                }
            )
        );
    }

    [TestCase("3", "expected a mapping, got '3'")]
    [TestCase("[a]", "expected a mapping, got a list of 1")]
    [TestCase("---\n", "expected a mapping, got nothing")]
    public void A_file_that_is_no_mapping_says_what_it_is(string yaml, string expected) =>
        Assert.That(
            Example.Complaints(yaml),
            Has.Length.EqualTo(1).And.One.Matches(@$"^a\.yaml\(\d,\d\): {expected}$")
        );

    [TestCase("{count: 3}", "a.yaml(1,7): data.kind: missing, expected one of folder, scenes")]
    [TestCase("{knid: scenes}", "a.yaml(1,8): data.kind: missing; is it what 'knid' was meant to be?")]
    [TestCase("scene", "a.yaml(1,7): data: expected a mapping such as {kind: scenes}, got 'scene'")]
    [TestCase("[scenes]", "a.yaml(1,7): data: expected a mapping such as {kind: folder}, got a list of 1: [scenes]")]
    [TestCase("{kind: [scenes]}", "a.yaml(1,14): data.kind: expected one of folder, scenes, got a list of 1")]
    [TestCase("{kind: }", "a.yaml(1,14): data.kind: expected one of folder, scenes, got nothing")]
    [TestCase(
        "{kind: photographs}",
        "a.yaml(1,14): data.kind: there is no dataset 'photographs'; known: folder, scenes"
    )]
    [TestCase("{kind: scenes, cuont: 3}", "a.yaml(1,22): data.cuont: unknown key; did you mean 'count'?")]
    [TestCase("{kind: scenes, root: x}", "a.yaml(1,22): data.root: unknown key; known: count, size, kind")]
    [TestCase("{kind: folder}", "a.yaml(1,7): data.root: missing, expected a path")]
    public void A_choice_that_cannot_be_made_says_what_there_is(string data, string expected) =>
        Assert.That(
            Example.Complaints($"data: {data}\nname: a\ncolumns: [a]\ntraining: {{epochs: 1}}\n"),
            Is.EqualTo(new[] { expected })
        );

    [Test]
    public void A_mistake_inside_a_merged_anchor_is_placed_where_it_was_written() =>
        Assert.That(
            Example.Complaints(
                $"{Example.Yaml.Replace("epochs: 3", "<<: {epochs: many}", StringComparison.Ordinal)}\n"
            ),
            Is.EqualTo(new[] { "a.yaml(5,16): training.epochs: expected an integer >= 1, got 'many'" })
        );

    [Test]
    public void What_does_not_fit_together_points_at_the_setting_and_leaves_the_rest_to_be_read() =>
        Assert.That(
            Example.Complaints(Example.Yaml, "training.epochs=13", "gamma=2"),
            Is.EqualTo(
                new[]
                {
                    "--set training.epochs=13: training.epochs: 13 is refused, to see where the complaint points",
                    "--set gamma=2: gamma: expected a number from 0 to 1, got '2'",
                }
            )
        );
}
