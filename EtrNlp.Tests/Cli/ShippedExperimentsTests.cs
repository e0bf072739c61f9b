using System.Text.Json;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>The files of experiments/, whichever there are.</summary>
[NonParallelizable] // an environment variable is the whole process's
[TestFixtureSource(typeof(Etrnlp), nameof(Etrnlp.Experiments))]
public sealed class ShippedExperimentsTests(string path)
{
    const string DataFolder = "ETRNLP_DATA"; // files of real data sets start their paths with it

    string? _before;

    const string WhichTowers = "routing.kind: towers "; // the one remark on a file that is as it should be

    [OneTimeSetUp]
    public void Name_a_data_folder()
    {
        _before = Environment.GetEnvironmentVariable(DataFolder);
        Environment.SetEnvironmentVariable(DataFolder, "data");
    }

    [OneTimeTearDown]
    public void Forget_it() => Environment.SetEnvironmentVariable(DataFolder, _before);

    [Test]
    public async Task Is_valid()
    {
        var (code, output, error) = await Etrnlp.Run("validate", path, "--no-data");

        Assert.That(code, Is.Zero, error);
        Assert.That(
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Has.All.StartsWith(WhichTowers)
        );
        Assert.That(output, Does.StartWith($"ok: {path}: "));
    }

    [Test]
    public async Task Resolves_to_a_file_that_is_valid_and_resolves_to_itself()
    {
        var resolved = (await Etrnlp.Run("validate", path, "--no-data", "--resolved")).Output;
        var copy = Path.Combine(Path.GetDirectoryName(path)!, $"{Guid.NewGuid():N}.yaml"); // paths in it stay right
        try
        {
            File.WriteAllText(copy, resolved);

            Assert.That(resolved, Is.Not.Empty);
            Assert.That((await Etrnlp.Run("validate", copy, "--no-data", "--resolved")).Output, Is.EqualTo(resolved));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Test]
    public async Task Has_only_keys_the_schema_knows_and_all_it_requires()
    {
        var schema = JsonDocument.Parse((await Etrnlp.Run("list", "--schema")).Output).RootElement;
        var written = (MapNode)YamlReader.ReadFile(path);

        Check(written, schema.GetProperty(written.Find("base") is null ? "else" : "then"));
    }

    // In a file with a base everything may be null as well.
    static JsonElement OfMapping(JsonElement schema) =>
        schema.TryGetProperty("type", out var types)
        && types.ValueKind == JsonValueKind.Array
        && schema.GetProperty("allOf").EnumerateArray().ToArray() is [var only]
            ? only.GetProperty("then")
            : schema;

    static void Check(MapNode map, JsonElement schema)
    {
        var properties = schema.GetProperty("properties");
        Assert.That(
            map.Entries.Select(entry => entry.Key),
            Is.SubsetOf(properties.EnumerateObject().Select(property => property.Name))
        );
        if (schema.TryGetProperty("required", out var required))
        {
            Assert.That(
                required.EnumerateArray().Select(name => name.GetString()),
                Is.SubsetOf(map.Entries.Select(entry => entry.Key))
            );
        }

        foreach (var (key, value) in map.Entries.Select(entry => (entry.Key, entry.Value)))
        {
            var below = OfMapping(properties.GetProperty(key));
            if (
                value is MapNode child
                && below.TryGetProperty("properties", out var keys)
                && keys.TryGetProperty("kind", out _)
            )
            {
                if (child.Child("kind") is not ScalarNode { Text: var kind })
                {
                    continue; // the base has it
                }

                Check(
                    child,
                    below
                        .GetProperty("allOf")
                        .EnumerateArray()
                        .Select(one => one.GetProperty("then"))
                        .Single(one =>
                            one.GetProperty("properties").GetProperty("kind").GetProperty("const").GetString() == kind
                        )
                );
            }
            else if (value is MapNode section && below.TryGetProperty("properties", out _))
            {
                Check(section, below);
            }
        }
    }
}
