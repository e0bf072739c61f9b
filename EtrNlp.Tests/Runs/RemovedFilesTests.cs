using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Somebody deletes the folder of a run at work.</summary>
public sealed class RemovedFilesTests
{
    [Test]
    public void A_folder_that_is_removed_during_the_run_is_told_and_what_is_known_is_written_again()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["name=whole"]);
        var observer = new WatchingObserver(batch => Remove(tiny.Folder().Path, batch is { Epoch: 1, Batch: 1 }));

        tiny.Train(observer: observer);

        Assert.That(
            observer.Messages,
            Has.Some.Contains($"files of {tiny.Folder().Path} were removed during the run")
                .And.Some.Contains("metrics.csv was removed during the run")
        );
        RunState
            .Of(tiny.Folder())
            .AssertEquals(
                RunState.Of(tiny.Folder("whole")) with
                {
                    Result = RunState
                        .Of(tiny.Folder("whole"))
                        .Result.Replace("whole", "rival", StringComparison.Ordinal),
                }
            );
        Assert.That(
            Identity.FirstDifference(
                YamlReader.ReadFile(tiny.Folder().ExperimentPath),
                ExperimentFile.Load(tiny.Rival, []).Resolved
            ),
            Is.Null
        );
        Assert.That(File.Exists(tiny.Folder().EnvironmentPath), Is.True);
    }

    static void Remove(string folder, bool now)
    {
        if (now)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
