using System.Text;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Checkpoints of sound hashes that no run of the experiment can have written.</summary>
public sealed class ForgedCheckpointTests
{
    const string Weights = "parameter/heads.ground.weight";
    const string OtherWeights = "parameter/heads.light.weight"; // of the same shape
    const string Variance = "buffer/stem.norm.ground.running_var";

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Interrupt()
    {
        _tiny = new TinyExperiment();
        _tiny.TrainUntilEpoch2();
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    // The run has 2 epochs of 3 batches, and the checkpoint is of epoch 2, batch 1.
    [TestCase("Epoch", "-3", "-3 epochs")]
    [TestCase("Epoch", "901", "901 of 2 epochs")]
    [TestCase("Epoch", "2", "1 of 3 batches after 2 epochs")]
    [TestCase("Epoch", "5000000000", "'progress' cannot be read")]
    [TestCase("Batch", "-1", "-1 batches")]
    [TestCase("Batch", "4", "4 of 3 batches after 1 epochs")]
    [TestCase("MetricsLength", "-1", "-1 bytes of metrics")]
    [TestCase(
        "MetricsLength",
        "4000000000",
        "its checkpoint knows of 4000000000; put the whole file back, or begin anew with --restart"
    )]
    [TestCase("BestEpoch", "2", "epoch 2 as the best of 1")]
    [TestCase("BestEpoch", "-1", "epoch -1 as the best of 1")]
    [TestCase("BestEpoch", "0", " of epoch 0;")] // the score itself depends on the processor
    [TestCase("BestScore", "1e999", "the score Infinity of epoch 1")]
    [TestCase("Seconds", "-0.5", "-0.5 seconds")]
    [TestCase("Images", "-1", "-1 images")]
    [TestCase("Images", "9000000000000000000", "9000000000000000000 of 11 images an epoch")]
    [TestCase("PeakMemory", "-1", "-1 bytes of memory")]
    [TestCase("LossSums", "[1]", "losses of 1 tasks")]
    [TestCase("LossSums", "[1,1e999]", "losses that are no numbers")]
    [TestCase("LossSums", "null", "'progress' cannot be read")]
    [TestCase("WeightSums", "[1]", "weights of 1 tasks")]
    [TestCase("WeightSums", "[1,1e999]", "weights that are no numbers")]
    [TestCase("Evaluations", "[null]", "no evaluations")]
    [TestCase("Evaluations", "[{}]", "1 evaluations to report")]
    public void A_number_that_cannot_be_is_refused(string key, string value, string reason)
    {
        var run = Copy();
        SealedCheckpoint.ForgeProgress(run.LastCheckpoint, key, value);

        AssertRefused(run, reason);
    }

    [TestCase("-1", "-1 steps of heads.ground.weight")]
    [TestCase("9000000000000000000", "more than 8 steps")] // 4 batches of 2 tasks
    public void Steps_that_cannot_be_are_refused(string steps, string reason)
    {
        var run = Copy();
        SealedCheckpoint.Forge(
            run.LastCheckpoint,
            (header, _) => Edit(header, "optimizer_steps", "heads.ground.weight", steps)
        );

        AssertRefused(run, reason);
    }

    [TestCase(Weights, float.NaN, $"{Weights} holds NaN")]
    [TestCase("moment/heads.light.bias.second", -1f, "moment/heads.light.bias.second holds -1")]
    [TestCase(Variance, -2f, $"{Variance} holds -2")]
    public async Task A_value_that_cannot_be_is_refused_and_no_learning_rate_is_blamed(
        string tensor,
        float value,
        string reason
    )
    {
        var run = Copy();
        SealedCheckpoint.Forge(
            run.LastCheckpoint,
            (header, data) => BitConverter.GetBytes(value).CopyTo(data, SealedCheckpoint.Place(header, tensor).Start)
        );

        AssertRefused(run, reason);
        var (code, _, error) = await Etrnlp.Run(
            "validate",
            _tiny.Rival,
            "--set",
            "name=next",
            "--set",
            $"init_from={run.LastCheckpoint}"
        );
        Assert.That(
            (
                code,
                error.Contains(
                    $"init_from: the checkpoint {run.LastCheckpoint} cannot be used: {reason}",
                    StringComparison.Ordinal
                )
            ),
            Is.EqualTo((2, true)),
            error
        );
    }

    [TestCase("exchanged")]
    [TestCase("overlapping")]
    public async Task Tensors_that_do_not_lie_one_after_the_other_are_refused(string fault)
    {
        var run = Copy();
        SealedCheckpoint.Forge(
            run.LastCheckpoint,
            (header, _) =>
            {
                var (here, there) = (
                    header[Weights]!["data_offsets"]!.DeepClone(),
                    header[OtherWeights]!["data_offsets"]!.DeepClone()
                );
                header[Weights]!["data_offsets"] = there;
                header[OtherWeights]!["data_offsets"] = fault == "exchanged" ? here : there.DeepClone();
            }
        );

        AssertRefused(run, "begins at byte ");
        foreach (
            var command in new string[][]
            {
                ["eval", run.Path, "--checkpoint", "last"],
                ["validate", _tiny.Rival, "--set", "name=next", "--set", $"init_from={run.LastCheckpoint}"],
            }
        )
        {
            var (code, _, error) = await Etrnlp.Run(command);
            Assert.That(
                (code, error.Contains("begins at byte ", StringComparison.Ordinal)),
                Is.EqualTo((2, true)),
                error
            );
        }
    }

    // As a disk or an editor leaves it: nobody computed the seal anew.
    [Test]
    public void Tensors_that_change_their_names_break_the_seal()
    {
        var run = Copy();
        var bytes = File.ReadAllBytes(run.LastCheckpoint);
        var data = 8 + (int)BitConverter.ToInt64(bytes);
        var header = Encoding
            .UTF8.GetString(bytes, 8, data - 8)
            .Replace(Weights, "?", StringComparison.Ordinal)
            .Replace(OtherWeights, Weights, StringComparison.Ordinal)
            .Replace("?", OtherWeights, StringComparison.Ordinal);
        File.WriteAllBytes(run.LastCheckpoint, [.. bytes[..8], .. Encoding.UTF8.GetBytes(header), .. bytes[data..]]);

        AssertRefused(run, "its header is not the one that was written");
    }

    [Test]
    public async Task A_flipped_bit_in_weights_to_start_from_is_found_before_training()
    {
        var run = Copy();
        var bytes = File.ReadAllBytes(run.LastCheckpoint);
        bytes[^9] ^= 1;
        File.WriteAllBytes(run.LastCheckpoint, bytes);

        var (code, _, error) = await Etrnlp.Run(
            "validate",
            _tiny.Rival,
            "--set",
            "name=next",
            "--set",
            $"init_from={run.LastCheckpoint}"
        );

        Assert.That(
            (code, error.Contains("its numbers are not those that were written", StringComparison.Ordinal)),
            Is.EqualTo((2, true)),
            error
        );
    }

    static void Edit(JsonObject header, string entry, string key, string value)
    {
        var metadata = header["__metadata__"]!.AsObject();
        var json = JsonNode.Parse(metadata[entry]!.GetValue<string>())!.AsObject();
        json[key] = JsonNode.Parse(value);
        metadata[entry] = json.ToJsonString();
    }

    void AssertRefused(RunFolder run, string reason)
    {
        var options = _tiny.Options() with { RunsFolder = Path.GetFullPath(Path.Combine(run.Path, "../..")) };
        var refusal = Assert.Throws<DataException>(() => _tiny.Train(options: options));
        Assert.That(refusal.Message, Does.Contain(reason).And.Contain("--restart").And.Not.Contains("\n"));
    }

    // With one checkpoint, behind which there is none to go back to.
    RunFolder Copy()
    {
        var run = RunFolder.Of($"{_tiny.Runs}-{Guid.NewGuid():N}", "rival", 0);
        foreach (var file in Directory.GetFiles(_tiny.Folder().Path, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(run.Path, Path.GetRelativePath(_tiny.Folder().Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.Delete(run.PreviousCheckpoint);
        return run;
    }
}
