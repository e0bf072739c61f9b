using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>A folder with a tiny experiment, its baseline and one sweep file.</summary>
sealed class SweepFolder : IDisposable
{
    const string Tiny = """
        dataset: {kind: scenes, image_size: 32, train: 8, val: 4, test: 4, seed: 6}
        tasks:
          - {name: ground, type: attributes, columns: [grass, tiles]}
          - {name: light, type: attributes, columns: [dim_light]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 1, batch_size: 4, optimizer: {kind: adam, learning_rate: 1e-3}}

        """;

    readonly TemporaryFolder _folder = new();

    public SweepFolder(string sweep)
    {
        File.WriteAllText(In("base.yaml"), $"name: base\n{Tiny}");
        File.WriteAllText(
            In("mine.yaml"),
            $"name: mine\nbaseline: base.yaml\n{Tiny}operation: {{kind: nlp}}\nrouting: {{kind: etr, gamma: 0.5}}\n"
        );
        File.WriteAllText(In("sweep.yaml"), $"name: tiny\nbase: mine.yaml\n{sweep}");
    }

    public string Path => _folder.Path;

    public string In(params string[] parts) => System.IO.Path.Combine([_folder.Path, .. parts]);

    public Sweep Plan(int threads = 1, params string[] overrides) =>
        new SweepPlanner(SweepFile.Load(In("sweep.yaml")), overrides, In("runs"), threads).Plan(
            new DataDigests("", _ => { })
        );

    public string[] Names() => [.. Plan().Configurations.Select(one => one.Name)];

    /// <summary>Every complaint, with file names instead of paths.</summary>
    public string[] Complaints(params string[] overrides) =>
        [
            .. Assert
                .Throws<ConfigException>(() => Plan(1, overrides))!
                .Errors.Select(error =>
                    error
                        .ToString()
                        .Replace(_folder.Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                ),
        ];

    public void Dispose() => _folder.Dispose();
}
