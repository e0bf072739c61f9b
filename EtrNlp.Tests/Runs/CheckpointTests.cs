using System.Buffers.Binary;
using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

public sealed class CheckpointTests
{
    static readonly RunProgress _progress = new(3, 2, [0.1, 1.0 / 3], 1234, 2, 0.7, 1.5, 28, 1 << 30);

    [Test]
    public void It_holds_everything_in_the_safetensors_layout_that_any_reader_knows()
    {
        using var made = new Made();

        var file = PlainCheckpoint.Read(made.Save());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Metadata["format"], Is.EqualTo("1"));
            Assert.That(file.Metadata["identity"], Is.EqualTo("it"));
            Assert.That(file.Metadata["seed"], Is.EqualTo("5"));
            Assert.That(
                file.Tensors,
                Has.Count.EqualTo((3 * made.Network.Tensors.Parameters.Count) + made.Network.Tensors.Buffers.Count)
            ); // values and two moments
            Assert.That(
                file.Tensors.Keys,
                Has.Some.EqualTo("parameter/heads.ground.weight").And.Some.EqualTo("moment/heads.light.bias.second")
            );
            foreach (var (name, parameter) in made.Network.Tensors.Parameters)
            {
                Assert.That(file.Tensors[$"parameter/{name}"].Shape, Is.EqualTo(parameter.shape), name);
                Assert.That(file.Tensors[$"parameter/{name}"].Values, Is.EqualTo(RowMajor(parameter)), name);
            }
        }
    }

    [Test]
    public void It_brings_back_every_tensor_step_and_number_of_progress()
    {
        using var made = new Made();
        made.Optimizer.Steps["heads.ground.weight"] = 17;
        using (torch.no_grad())
        {
            made.Optimizer.Moments["heads.ground.weight.first"].fill_(0.25);
        }

        var path = made.Save();
        using var other = new Made(seed: 6);

        var progress = Checkpoint.Load(path, other.Network, other.Optimizer, "it", 5);

        Assert.That(progress with { LossSums = _progress.LossSums }, Is.EqualTo(_progress));
        Assert.That(progress.LossSums, Is.EqualTo(_progress.LossSums));
        Assert.That(PlainCheckpoint.Read(other.Save()).Bits, Is.EqualTo(PlainCheckpoint.Read(path).Bits));
        Assert.That(other.Optimizer.Steps["heads.ground.weight"], Is.EqualTo(17));
        Assert.That(other.Optimizer.Moments["heads.ground.weight.first"].mean().ToDouble(), Is.EqualTo(0.25));
    }

    [TestCase("text", "is no checkpoint")]
    [TestCase("empty", "cannot be read")]
    [TestCase("half", "is damaged")]
    [TestCase("one byte short", "is damaged")]
    [TestCase("one byte more", "is damaged")]
    [TestCase("flipped bit", "its numbers are not those that were written")]
    [TestCase("a block of zeros", "its numbers are not those that were written")]
    [TestCase("no format", "it was not written by etrnlp")]
    [TestCase("format 2", "it has format 2 and this etrnlp reads up to 1; use a newer etrnlp")]
    [TestCase("no progress", "its header has no 'progress'")]
    [TestCase("missing", "find")]
    public void What_cannot_be_used_is_refused_in_a_sentence(string damage, string reason)
    {
        using var made = new Made();
        var path = made.Save();
        Damage(path, damage);

        var refusal = Assert.Throws<DataException>(() => Checkpoint.Load(path, made.Network, made.Optimizer, "it", 5));

        Assert.That(
            refusal.Message,
            Does.StartWith($"the checkpoint {path} cannot be used: ").And.Contain(reason).And.Not.Contains("\n")
        );
    }

    // Blanks in place of the seal: the header as it was written before there was one.
    [Test]
    public void One_without_a_seal_is_read()
    {
        using var made = new Made();
        var path = made.Save();
        var seal = $",\"header_sha256\":\"{PlainCheckpoint.Read(path).Metadata["header_sha256"]}\"";
        File.WriteAllBytes(path, WithHeader(File.ReadAllBytes(path), seal, new string(' ', seal.Length)));

        Assert.That(PlainCheckpoint.Read(path).Metadata.ContainsKey("header_sha256"), Is.False);
        Assert.That(Checkpoint.Load(path, made.Network, made.Optimizer, "it", 5).Epoch, Is.EqualTo(_progress.Epoch));
    }

    [Test]
    public void One_of_another_experiment_seed_or_shape_is_refused()
    {
        using var made = new Made();
        using var wider = new Made("backbone.width=0.25");
        var path = made.Save();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => Checkpoint.Load(path, made.Network, null, "other"),
                Throws.InstanceOf<DataException>().With.Message.Contains("it belongs to another experiment")
            );
            Assert.That(
                () => Checkpoint.Load(path, made.Network, null, "it", 6),
                Throws.InstanceOf<DataException>().With.Message.Contains("it belongs to seed 5, expected seed 6")
            );
            Assert.That(
                () => Checkpoint.Load(path, wider.Network, null, "it"),
                Throws
                    .InstanceOf<DataException>()
                    .With.Message.Match(@"it has no parameter/\S+ of shape \[16, 3, 7, 7\]")
            );
        }
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.NegativeInfinity, "-Infinity")]
    public void Numbers_that_are_not_finite_are_never_saved(float value, string shown)
    {
        using var made = new Made();
        var path = made.Save();
        var before = File.ReadAllBytes(path);
        using (torch.no_grad())
        {
            made.Network.Tensors.Parameters["heads.light.bias"][1] = value;
        }

        var failure = Assert.Throws<RunException>(() => made.Save());

        Assert.That(
            failure.Message,
            Does.StartWith(
                $"parameter/heads.light.bias holds {shown} after epoch 4, batch 2; the last checkpoint is kept. "
            )
        );
        Assert.That(File.ReadAllBytes(path).SequenceEqual(before), Is.True);
    }

    [TestCase("half")]
    [TestCase("flipped bit")]
    [TestCase("missing")]
    public void A_damaged_last_one_falls_back_to_the_one_before_it_and_to_the_same_end(string damage)
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["name=whole"]);
        Stop(tiny, afterBatches: 4);
        Damage(tiny.Folder().LastCheckpoint, damage);
        File.WriteAllText(tiny.Folder().LastCheckpoint + ".tmp", "half a file");
        var observer = new WatchingObserver();

        tiny.Train(observer: observer);

        Assert.That(
            observer.Starts.Single(),
            Is.EqualTo(new RunStart("rival", 0, tiny.Folder().Path, 2, 3, FirstEpoch: 2, FirstBatch: 0))
        );
        Assert.That(
            observer.Messages.SingleOrDefault(),
            damage == "missing" ? Is.Null : Does.EndWith("the run goes on from the one before it")
        );
        Assert.That(File.Exists(tiny.Folder().DamagedCheckpoint), Is.EqualTo(damage != "missing"));
        Assert.That(
            PlainCheckpoint.Read(tiny.Folder().LastCheckpoint).Bits,
            Is.EqualTo(PlainCheckpoint.Read(tiny.Folder("whole").LastCheckpoint).Bits)
        );
        Assert.That(Directory.GetFiles(tiny.Folder().Path, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void Where_both_are_damaged_the_run_is_refused_and_nothing_is_deleted()
    {
        using var tiny = new TinyExperiment();
        Stop(tiny, afterBatches: 4);
        Damage(tiny.Folder().LastCheckpoint, "half");
        Damage(tiny.Folder().PreviousCheckpoint, "half");

        Assert.That(
            () => tiny.Train(),
            Throws
                .InstanceOf<DataException>()
                .With.Message.Contains(tiny.Folder().PreviousCheckpoint)
                .And.Message.Contains("begin anew beside it with --restart")
        );
        Assert.That(
            File.Exists(tiny.Folder().DamagedCheckpoint) && File.Exists(tiny.Folder().PreviousCheckpoint),
            Is.True
        );
    }

    static void Stop(TinyExperiment tiny, int afterBatches)
    {
        using var request = new CancellationTokenSource();
        var count = 0;
        var observer = new WatchingObserver(_ =>
        {
            if (++count == afterBatches)
            {
                request.Cancel();
            }
        });
        Assert.That(
            () => tiny.Train(observer: observer, cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        byte[]? changed = damage switch
        {
            "missing" => null,
            "text" => Encoding.ASCII.GetBytes("epoch,split,task\n1,train,ground\n"),
            "empty" => [],
            "half" => bytes[..(bytes.Length / 2)],
            "one byte short" => bytes[..^1],
            "one byte more" => [.. bytes, 0],
            "flipped bit" => [.. bytes[..^2], (byte)(bytes[^2] ^ 1), bytes[^1]],
            "a block of zeros" => WithZeros(bytes),
            "no format" => WithHeader(bytes, "\"format\"", "\"farmat\""),
            "format 2" => WithHeader(bytes, "\"format\":\"1\"", "\"format\":\"2\""),
            "no progress" => WithHeader(bytes, "\"progress\"", "\"digress_\""),
            _ => throw new ArgumentException(damage, nameof(damage)),
        };
        if (changed is not null)
        {
            File.WriteAllBytes(path, changed);
        }
    }

    // What a file system may leave of a file after a power cut.
    static byte[] WithZeros(byte[] bytes)
    {
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return [.. bytes[..data], .. new byte[4096], .. bytes[(data + 4096)..]];
    }

    // Old and new text are of one length, so that nothing else of the file moves.
    static byte[] WithHeader(byte[] bytes, string old, string with)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, length).Replace(old, with, StringComparison.Ordinal);
        return [.. bytes[..8], .. Encoding.UTF8.GetBytes(header), .. bytes[(8 + length)..]];
    }

    static float[] RowMajor(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().contiguous().data<float>().ToArray();
    }

    // A network with the optimiser's moments, before the first step.
    sealed class Made : IDisposable
    {
        readonly TinyExperiment _tiny = new();

        public Made(string? set = null, int seed = 5)
        {
            var experiment = ExperimentFile.Load(_tiny.Rival, set is null ? [] : [set]).Experiment;
            Network = new Network(NetworkPlanner.Plan(experiment, experiment.Dataset.Size), seed, torch.CPU);
            Optimizer = experiment.Training.Optimizer.NewState(Network.Tensors);
        }

        public Network Network { get; }

        public IOptimizerState Optimizer { get; }

        public string Save()
        {
            var path = _tiny.Folder().LastCheckpoint;
            Checkpoint.Save(path, Network, Optimizer, _progress, "it", 5);
            return path;
        }

        public void Dispose()
        {
            Optimizer.Dispose();
            Network.Dispose();
            _tiny.Dispose();
        }
    }
}
