using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What <c>validate</c> says of data that changed, and of a baseline's that is other data.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ValidatedDataTests : IDisposable
{
    readonly PaintedExperiment _mine = new();

    public void Dispose() => _mine.Dispose();

    [Test]
    public async Task A_baseline_that_is_evaluated_on_other_data_is_refused_and_other_training_data_is_named()
    {
        var otherEvaluation = Baseline("val", "c.png,val,1", "c.png,val,0");
        var otherTraining = Baseline("train", "b.png,train,0", "b.png,train,1");

        var refused = await Validate(otherEvaluation);
        var train = await _mine.Train("--set", $"baseline={otherEvaluation}");
        var named = await Validate(otherTraining);

        Assert.That(
            (refused.Code, train.Code, named.Code),
            Is.EqualTo((2, 2, 0)),
            refused.Error + train.Error + named.Error
        );
        Assert.That(
            refused.Error,
            Does.Contain("is evaluated on other rows, labels or images than ").And.Contain("base-val.yaml")
        );
        Assert.That(train.Error, Does.EndWith(refused.Error));
        Assert.That(
            named.Error,
            Does.Contain("delta_p against base-train: mine and base-train learned from different training data")
        );
    }

    [Test]
    public async Task Verifying_reads_every_byte_of_data_whose_times_are_the_same()
    {
        var image = _mine.At("c.png");
        Array.ForEach(
            Directory.GetFiles(_mine.Folder.Path, "*.png"),
            path => File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc))
        );
        await _mine.Trained();
        var cache = Path.Combine(_mine.Runs, ".cache");
        var bytes = File.ReadAllBytes(image);
        bytes[^5] ^= 1;
        File.WriteAllBytes(image, bytes);
        File.SetLastWriteTimeUtc(image, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var (started, verified) = (
            await _mine.Train(),
            await Verify(cache)
        );

        Assert.That(started.Code, Is.Zero, started.Error);
        Assert.That(verified.Code, Is.EqualTo(2));
        Assert.That(
            verified.Error,
            Does.Contain(
                "1 of 4 images have other bytes than when they were last read, though of the same size and time: c.png"
            )
        );
    }

    [Test]
    public async Task Verifying_says_how_much_of_a_pack_was_damaged_and_decoded_again()
    {
        await _mine.Trained();
        var cache = Path.Combine(_mine.Runs, ".cache");
        var pack = Directory.GetFiles(cache, "*.pack").Single();
        var whole = File.ReadAllBytes(pack);
        byte[] damaged = [.. whole];
        damaged[^(32 + (4 * 32) + 1)] ^= 1; // in front of the seal and four hashes: the last image
        File.WriteAllBytes(pack, damaged);

        var (mended, again) = (await Verify(cache), await Verify(cache));
        File.WriteAllBytes(pack, whole[..^1]);
        var anew = await Verify(cache);

        const string read = "mine: every byte of the data was read, and is as it was";
        Assert.That((mended.Code, again.Code, anew.Code), Is.EqualTo((0, 0, 0)), mended.Error + anew.Error);
        Assert.That(mended.Error, Does.Contain($"{read}, but packs were damaged: 1 of 4 images were decoded again"));
        Assert.That(again.Error, Does.Contain(read).And.Not.Contain("damaged"));
        Assert.That(anew.Error, Does.Contain($"{read}, but packs were damaged: 4 of 4 images were decoded again"));
    }

    Task<(int Code, string Output, string Error)> Verify(string cache) =>
        Etrnlp.Run("validate", _mine.At("mine.yaml"), "--verify-data", "--cache", cache);

    // The same experiment by another name, on a table with one label changed.
    string Baseline(string name, string old, string now)
    {
        File.WriteAllText(_mine.At($"{name}.csv"), PaintedExperiment.Table.Replace(old, now, StringComparison.Ordinal));
        File.WriteAllText(
            _mine.At($"base-{name}.yaml"),
            PaintedExperiment
                .Yaml.Replace("name: mine", $"name: base-{name}", StringComparison.Ordinal)
                .Replace("root: .", $"root: ., table: {name}.csv", StringComparison.Ordinal)
        );
        return _mine.At($"base-{name}.yaml");
    }

    Task<(int Code, string Output, string Error)> Validate(string baseline) =>
        Etrnlp.Run("validate", _mine.At("mine.yaml"), "--set", $"baseline={baseline}");
}
