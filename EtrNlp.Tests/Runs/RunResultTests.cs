using System.Text.Json.Nodes;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>When a run has a result, and what stands in it.</summary>
public sealed class RunResultTests
{
    static readonly string[] _short = ["training.epochs=1"];

    [Test]
    public void The_result_appears_only_when_the_run_is_complete()
    {
        using var tiny = new TinyExperiment();
        var seen = new List<bool>();
        var observer = new WatchingObserver(_ => seen.Add(tiny.Folder().IsDone), _ => seen.Add(tiny.Folder().IsDone));

        tiny.Train(observer: observer, onRead: _ => seen.Add(tiny.Folder().IsDone));

        Assert.That(seen, Is.Not.Empty.And.All.False);
        Assert.That(tiny.Folder().IsDone, Is.True);
        Assert.That(observer.Results.Single().Path, Is.EqualTo(tiny.Folder().ResultPath));
    }

    [Test]
    public void A_finished_run_is_compared_with_a_baseline_that_is_named_later()
    {
        using var tiny = new TinyExperiment();
        var before = tiny.Train(_short).Single().Json;

        var after = tiny.Train([.. _short, $"baseline={tiny.Base}"]).Single().Json;

        var written = JsonNode.Parse(File.ReadAllText(tiny.Folder().ResultPath))!;
        Assert.That(before["delta_p"], Is.Null);
        Assert.That(after["delta_p"]!["paired_with"]!.GetValue<string>(), Is.EqualTo("seed 0"));
        Assert.That(written.ToJsonString(), Is.EqualTo(after.ToJsonString()));
    }

    [Test]
    public void A_result_has_every_promised_key()
    {
        using var tiny = new TinyExperiment();
        var result = tiny.Train([.. _short, $"baseline={tiny.Base}"]).Single().Json;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result["seed"]!.GetValue<int>(), Is.Zero);
            Assert.That(result["split"]!.GetValue<string>(), Is.EqualTo("test"));
            Assert.That(result["images_per_second"]!.GetValue<double>(), Is.Positive);
            Assert.That(result["seconds"]!.GetValue<double>(), Is.Positive);
            Assert.That(result["peak_memory_bytes"]!.GetValue<long>(), Is.GreaterThan(1 << 20));
            Assert.That(result["parameters"]!["active"]!.GetValue<long>(), Is.Positive);
            Assert.That(result["macs"]!.GetValue<long>(), Is.Positive);
            Assert.That(result["tasks"]!["light"]!["f"]!.GetValue<double>(), Is.InRange(0, 1));
            Assert.That(result["mean"]!["accuracy"]!.GetValue<double>(), Is.InRange(0, 1));
            Assert.That(result["delta_p"]!["paired_with"]!.GetValue<string>(), Is.EqualTo("seed 0"));
            Assert.That(result["checkpoint"]!.ToJsonString(), Is.EqualTo("""{"kind":"best","epoch":1}"""));
        }
    }

    [Test]
    public void Without_a_test_split_the_result_is_of_validation_and_says_so()
    {
        using var tiny = new TinyExperiment();

        Assert.That(tiny.Train([.. _short, "dataset.test=0"]).Single().Split, Is.EqualTo("val"));
    }
}
