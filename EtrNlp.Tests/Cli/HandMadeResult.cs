using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Cli;

/// <summary>A result.json with one task of two metrics, written by hand.</summary>
static class HandMadeResult
{
    public static void Write(
        TemporaryFolder folder,
        string name,
        int seed,
        double precision,
        double recall,
        string split = "test",
        string metric = "precision",
        string more = "",
        DataDigest? data = null
    )
    {
        var run = Directory.CreateDirectory(Path.Combine(folder.Path, "runs", name, $"seed-{seed}")).FullName;
        var identity = WriteExperiment(new RunFolder(run), Experiment(name, more) + Written(data));
        var (p, r) = (precision.ToString(CultureInfo.InvariantCulture), recall.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(
            Path.Combine(run, "result.json"),
            $$"""
            {"format": 1, "name": "{{name}}", "seed": {{seed}}, "identity": "{{identity}}", "split": "{{split}}",
             "tasks": {"hair": {"{{metric}}": {{p}}, "recall": {{r}} } },
             "mean": {"{{metric}}": {{p}}, "recall": {{r}} },
             "best_constant": {"hair": {"{{metric}}": 0.25, "recall": 1} },
             "compared": [{"group": "attributes", "metric": "{{metric}}", "higher_is_better": true, "value": {{p}} },
                          {"group": "attributes", "metric": "recall", "higher_is_better": true, "value": {{r}} }],
             "delta_p": null, "parameters": {"active": 1000, "total": 2000 }, "macs": 3000000, "norm": "shared",
             "seconds": 1.5, "images_per_second": 100.5, "data": {{data?.ToJson().ToJsonString() ?? "null"}} }
            """
        );
    }

    /// <summary>The digest of data that differs from other such data by a letter from a to f alone.</summary>
    public static DataDigest Data(char letter)
    {
        var hash = new string(letter, 64);
        return new DataDigest(8, hash, hash, hash, new SourceDigest(hash, hash));
    }

    /// <summary>The experiment that it says it is a result of, with further lines: any will do.</summary>
    public static string Experiment(string name, string more)
    {
        const string Dataset = "dataset: {kind: scenes, image_size: 32, train: 4, val: 2, test: 2}";
        return $"name: {name}\n{Dataset}\ntasks: [{{name: hair, type: attributes, columns: [grass]}}]\n"
            + $"backbone: {{kind: resnet18}}\nthreads: 1\n{more}";
    }

    static string Written(DataDigest? data) =>
        data is null
            ? ""
            : YamlWriter.Write(new MapNode([new MapEntry("data", data.ToNode(), Place.Default)], Place.Default));

    static string WriteExperiment(RunFolder run, string text)
    {
        var resolved = run.Resolve(
            ExperimentFile.Of(run.ExperimentPath, YamlReader.ReadText(text, run.ExperimentPath), [])
        );
        File.WriteAllText(run.ExperimentPath, YamlWriter.Write(resolved));
        return Identity.Of(resolved);
    }
}
