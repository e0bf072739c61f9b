using System.Text.Json;
using System.Text.RegularExpressions;
using EtrNlp.Core.Experiments;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

public sealed class ListCommandTests
{
    [Test]
    public async Task Every_registered_entry_is_listed_with_its_keys()
    {
        var (code, text, _) = await Etrnlp.Run("list");
        var json = JsonDocument.Parse((await Etrnlp.Run("list", "--json")).Output).RootElement;

        Assert.That(code, Is.Zero);
        foreach (var axis in Axes.All)
        {
            var listed = json.GetProperty(axis.Name.Replace(' ', '_')).EnumerateArray().ToArray();
            Assert.That(
                listed.Select(entry => entry.GetProperty("name").GetString()),
                Is.EqualTo(axis.Entries.Select(entry => entry.Name))
            );
            Assert.That(
                listed.Select(entry => entry.GetProperty("parameters").GetArrayLength()),
                Is.EqualTo(axis.Entries.Select(entry => entry.Settings.Count))
            );
            Assert.That(
                axis.Entries.Where(entry => !text.Contains($"  {entry.Name} ", StringComparison.Ordinal)),
                Is.Empty
            );
        }
    }

    [Test]
    public async Task One_axis_shows_ranges_and_defaults()
    {
        var (_, text, _) = await Etrnlp.Run("list", "routing");

        Assert.That(text, Does.Contain("gamma").And.Contain("a number from 0 to 1, or one per task; default 0.9"));
        Assert.That(text, Does.Not.Contain("resnet18"));
    }

    [Test]
    public async Task A_sweep_file_has_a_schema_of_its_own()
    {
        var (code, text, _) = await Etrnlp.Run("list", "--schema", "sweep");
        var (wrong, _, error) = await Etrnlp.Run("list", "--schema", "sweeep");
        var schema = JsonDocument.Parse(text).RootElement;

        Assert.That(code, Is.Zero);
        Assert.That(schema.GetProperty("title").GetString(), Is.EqualTo("etrnlp sweep"));
        string[] varied = ["cases", "grid", "combinations", "random", "halving"];
        Assert.That(
            schema.GetProperty("properties").EnumerateObject().Select(property => property.Name),
            Is.EqualTo((string[])["name", "base", .. varied, "seeds", "rows", "slurm"])
        );
        Assert.That(
            schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()),
            Is.EqualTo(new[] { "name", "base" })
        );
        Assert.That(
            schema
                .GetProperty("properties")
                .GetProperty("grid")
                .GetProperty("additionalProperties")
                .GetProperty("type")
                .GetString(),
            Is.EqualTo("array")
        );
        var cases = schema.GetProperty("properties").GetProperty("cases");
        Assert.That(
            cases.GetProperty("additionalProperties").GetProperty("type").GetString(),
            Is.EqualTo("object"),
            "a case is a mapping"
        );
        var name = new Regex(cases.GetProperty("propertyNames").GetProperty("pattern").GetString()!);
        Assert.That(
            new[] { "two-networks", "Two", "a/b" }.Where(text => name.IsMatch(text)),
            Is.EqualTo(new[] { "two-networks" })
        );
        Assert.That(
            (wrong, error),
            Is.EqualTo(
                (
                    2,
                    $"etrnlp: --schema sweeep: expected experiment or sweep; did you mean 'sweep'?{Environment.NewLine}"
                )
            )
        );
    }

    [Test]
    public async Task The_schema_knows_every_entry()
    {
        var (code, text, _) = await Etrnlp.Run("list", "--schema");
        var schema = JsonDocument.Parse(text).RootElement;

        Assert.That(code, Is.Zero);
        Assert.That(
            schema.GetProperty("$schema").GetString(),
            Is.EqualTo("https://json-schema.org/draft/2020-12/schema")
        );
        Assert.That(schema.TryGetProperty("title", out _), Is.True);
        foreach (
            var name in Axes
                .All.Where(axis => axis.Name != "task preset")
                .SelectMany(axis => axis.Entries)
                .Select(entry => entry.Name)
        )
        {
            Assert.That(text, Does.Contain($"\"const\": \"{name}\""));
        }
    }
}
