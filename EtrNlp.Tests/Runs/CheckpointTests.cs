using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

public sealed class CheckpointTests
{
    [Test]
    public void It_holds_everything_in_the_safetensors_layout_that_any_reader_knows()
    {
        using var made = new MadeCheckpoint();

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
        using var made = new MadeCheckpoint();
        made.Optimizer.Steps["heads.ground.weight"] = 17;
        using (torch.no_grad())
        {
            made.Optimizer.Moments["heads.ground.weight.first"].fill_(0.25);
        }

        var path = made.Save();
        using var other = new MadeCheckpoint(seed: 6);

        var progress = Checkpoint.Load(path, other.Network, other.Optimizer, "it", 5);

        Assert.That(progress with { LossSums = MadeCheckpoint.Progress.LossSums }, Is.EqualTo(MadeCheckpoint.Progress));
        Assert.That(progress.LossSums, Is.EqualTo(MadeCheckpoint.Progress.LossSums));
        Assert.That(PlainCheckpoint.Read(other.Save()).Bits, Is.EqualTo(PlainCheckpoint.Read(path).Bits));
        Assert.That(other.Optimizer.Steps["heads.ground.weight"], Is.EqualTo(17));
        Assert.That(other.Optimizer.Moments["heads.ground.weight.first"].mean().ToDouble(), Is.EqualTo(0.25));
    }

    // Blanks in place of the seal: the header as it was written before there was one.
    [Test]
    public void One_without_a_seal_is_read()
    {
        using var made = new MadeCheckpoint();
        var path = made.Save();
        var seal = $",\"header_sha256\":\"{PlainCheckpoint.Read(path).Metadata["header_sha256"]}\"";
        File.WriteAllBytes(
            path,
            CheckpointDamage.WithHeader(File.ReadAllBytes(path), seal, new string(' ', seal.Length))
        );

        Assert.That(PlainCheckpoint.Read(path).Metadata.ContainsKey("header_sha256"), Is.False);
        Assert.That(
            Checkpoint.Load(path, made.Network, made.Optimizer, "it", 5).Epoch,
            Is.EqualTo(MadeCheckpoint.Progress.Epoch)
        );
    }

    [Test]
    public void One_of_another_experiment_seed_or_shape_is_refused()
    {
        using var made = new MadeCheckpoint();
        using var wider = new MadeCheckpoint("backbone.width=0.25");
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
        using var made = new MadeCheckpoint();
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

    static float[] RowMajor(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().contiguous().data<float>().ToArray();
    }
}
