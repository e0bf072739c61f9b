using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>All of a finished run that must not depend on whether it was interrupted.</summary>
sealed record RunState(
    IReadOnlyList<string> Last,
    IReadOnlyList<string> Best,
    string Steps,
    string Metrics,
    string Result
)
{
    public static RunState Of(RunFolder folder)
    {
        var result = JsonNode.Parse(File.ReadAllText(folder.ResultPath))!.AsObject();
        foreach (var key in ResultFile.MeasuredKeys)
        {
            Assert.That(result.Remove(key), Is.True, key);
        }

        var last = PlainCheckpoint.Read(folder.LastCheckpoint);
        return new RunState(
            last.Bits,
            PlainCheckpoint.Read(folder.BestCheckpoint).Bits,
            last.Metadata["optimizer_steps"],
            File.ReadAllText(folder.MetricsPath),
            result.ToJsonString()
        );
    }

    public void AssertEquals(RunState expected)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Result, Is.EqualTo(expected.Result));
            Assert.That(Metrics, Is.EqualTo(expected.Metrics));
            Assert.That(Steps, Is.EqualTo(expected.Steps));
            Assert.That(Last.SequenceEqual(expected.Last), Is.True, "last checkpoint");
            Assert.That(Best.SequenceEqual(expected.Best), Is.True, "best checkpoint");
        }
    }
}
