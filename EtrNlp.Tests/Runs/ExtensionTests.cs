using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Runs that stand on runs: more epochs for one that is done, and a start from another's weights.</summary>
[Category("Slow")]
public sealed class ExtensionTests
{
    const string Open = "training.optimizer.schedule={kind: constant}";

    [TestCase("{kind: constant}")]
    [TestCase("{kind: step, every: 2}")]
    public void A_finished_run_given_more_epochs_ends_as_if_it_had_had_them_from_the_start(string schedule)
    {
        using var tiny = new TinyExperiment();
        var overrides = new[] { $"training.optimizer.schedule={schedule}" };
        tiny.Train([.. overrides, "training.epochs=3", "name=whole"]);
        tiny.Train(overrides);
        var (first, observer) = (File.ReadAllText(tiny.Folder().ResultPath), new WatchingObserver());

        tiny.Train([.. overrides, "training.epochs=3"], observer: observer);

        Assert.That(
            observer.Messages.Single(),
            Does.Contain("had 2 epochs and goes on to 3").And.Contain("result.epochs-2.json")
        );
        Assert.That((observer.Starts.Single().FirstEpoch, observer.Starts.Single().Epochs), Is.EqualTo((3, 3)));
        Assert.That(File.ReadAllText(Path.Combine(tiny.Folder().Path, "result.epochs-2.json")), Is.EqualTo(first));
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
            () => tiny.Train([.. overrides, "training.epochs=2"]),
            Throws.InstanceOf<ConfigException>(),
            "fewer than it has is another experiment"
        );
    }

    [Test]
    public void A_cosine_that_has_ended_cannot_be_given_more_epochs()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);

        Assert.That(
            () => tiny.Train(),
            Throws
                .InstanceOf<ConfigException>()
                .With.Message.Contains(
                    "holds a run with 1, this one has 2 and its schedule ends with the last epoch, "
                        + "so that its earlier steps would have been others; "
                )
        );
    }

    // In one go there is no evaluation after epoch 3: it can be the best one, or count for a mean.
    [Test]
    public void A_run_that_ended_between_two_evaluations_cannot_be_given_more_epochs()
    {
        using var tiny = new TinyExperiment();

        Assert.That(() => Check(every: 3), Throws.Nothing);
        Assert.That(
            () => Check(every: 2),
            Throws
                .InstanceOf<ConfigException>()
                .With.Message.Contains(
                    $"training.epochs: {tiny.Folder(seed: 2).Path} holds a run with 3, this one has 6 and epoch 3, "
                        + "evaluated as its last, is no multiple of training.evaluate_every 2, so that what it "
                        + "reports would have been chosen otherwise; choose another name"
                )
        );

        void Check(int every)
        {
            var folder = tiny.Folder(seed: every);
            folder.Claim(folder.Resolve(File(every, 3)), File(every, 3));
            folder.Check(folder.Resolve(File(every, 6)), File(every, 6));
        }

        ExperimentFile File(int every, int epochs) =>
            ExperimentFile.Load(
                tiny.Rival,
                [Open, $"training.evaluate_every={every}", $"training.epochs={epochs}"]
            );
    }

    [Test]
    public void A_run_starts_from_the_best_weights_of_another()
    {
        using var tiny = new TinyExperiment();
        tiny.Train();
        var observer = new WatchingObserver();

        tiny.Train(
            ["name=next", $"init_from={tiny.Folder().Path}", "training.optimizer.learning_rate=0", "training.epochs=1"],
            observer: observer
        );

        // A learning rate of 0 leaves the parameters where they started.
        var (source, started) = (
            PlainCheckpoint.Read(tiny.Folder().BestCheckpoint).Tensors,
            PlainCheckpoint.Read(tiny.Folder("next").LastCheckpoint).Tensors
        );
        var parameters = source.Keys.Where(name => name.StartsWith("parameter/", StringComparison.Ordinal)).ToArray();
        Assert.That(parameters, Is.Not.Empty);
        Assert.That(parameters.All(name => started[name].Values.SequenceEqual(source[name].Values)), Is.True);
        Assert.That(
            observer.Messages.Single(),
            Does.Match(@"^init_from: (\d+) of \1 tensors are taken from .*best\.safetensors$")
        );
    }

    [Test]
    public void Heads_that_the_other_run_lacks_start_from_the_seed()
    {
        using var tiny = new TinyExperiment();
        tiny.Train([Open]);
        var observer = new WatchingObserver();

        tiny.Train(
            [
                "name=next",
                $"init_from={tiny.Folder().LastCheckpoint}",
                "tasks=[{name: other, type: attributes, columns: [grass]}]",
                "routing={kind: hard_sharing}",
                "training.epochs=1",
            ],
            observer: observer
        );

        Assert.That(
            observer.Messages.Single(),
            Does.Match(@"^init_from: \d+ of \d+ tensors are taken from .*, the others start from the seed: ")
                .And.Match(@": parameter/layer1\.0\.conv1\.weight, .* and \d+ more$")
        );
    }

    [Test]
    public void The_other_runs_numbers_are_part_of_the_identity_and_its_path_is_not()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        tiny.Train(["training.epochs=1", "name=second", "seeds=[1]"]);
        string[] overrides = ["name=next", "training.epochs=1"];
        tiny.Train([.. overrides, $"init_from={tiny.Folder().BestCheckpoint}"]);
        var copy = Path.Combine(tiny.Runs, "copy.safetensors");
        File.Copy(tiny.Folder().BestCheckpoint, copy);

        Assert.That(() => tiny.Train([.. overrides, $"init_from={copy}"]), Throws.Nothing);
        foreach (var other in new[] { [$"init_from={tiny.Folder("second", 1).BestCheckpoint}"], Array.Empty<string>() })
        {
            Assert.That(
                () => tiny.Train([.. overrides, .. other]),
                Throws.InstanceOf<ConfigException>().With.Message.Contains("init_from_sha256: ")
            );
        }

        Assert.That(
            SavedRun.Open(tiny.Folder("next").Path, null).Evaluate(null, "cpu", null, _ => { }).Split,
            Is.EqualTo("test")
        );
    }

    [Test]
    public void Weights_that_do_not_fit_are_refused_before_training()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        (string Override, string Said)[] mistakes =
        [
            ($"init_from={tiny.Runs}", "init_from: there is no checkpoint in "),
            ($"init_from={tiny.Base}", "is no checkpoint"),
            ($"init_from={tiny.Folder().Path}", "[16, 3, 7, 7] here and [8, 3, 7, 7] in "),
        ];

        foreach (var (text, said) in mistakes)
        {
            Assert.That(
                () => tiny.Train(["name=next", "backbone.width=0.25", text]),
                Throws.InstanceOf<ConfigException>().With.Message.Contains(said)
            );
        }

        Assert.That(
            () => tiny.Train(["name=next", $"init_from={tiny.Folder().Path}", "init_from_sha256=00ff"]),
            Throws.InstanceOf<ConfigException>().With.Message.Contains("has other weights")
        );
        Assert.That(Directory.Exists(tiny.Folder("next").Path), Is.False);
    }

    [Test]
    public void Weights_that_another_program_wrote_are_taken_by_name()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        var path = Path.Combine(tiny.Runs, "other.safetensors");
        var taken = PlainCheckpoint
            .Read(tiny.Folder().LastCheckpoint)
            .Tensors.Where(tensor => !tensor.Key.StartsWith("moment/", StringComparison.Ordinal))
            .ToArray();
        using (var file = File.Create(path))
        {
            SafeTensors.Write(
                file,
                new Dictionary<string, string> { ["format"] = "pt" },
                [.. taken.Select(tensor => (tensor.Key, tensor.Value.Shape.ToImmutableArray()))],
                (name, stream) =>
                    stream.Write(MemoryMarshal.AsBytes<float>(taken.Single(tensor => tensor.Key == name).Value.Values))
            );
        }

        var observer = new WatchingObserver();
        tiny.Train(["name=next", $"init_from={path}", "training.epochs=1"], observer: observer);

        Assert.That(
            observer.Messages.Single(),
            Does.Match(@"^init_from: (\d+) of \1 tensors are taken from .*other\.safetensors$")
        );
    }

    // What torch.save begins its files with: a ZIP archive, and a pickle of protocol 2 before version 1.6.
    [TestCase("504b03040000080800000000")]
    [TestCase("80028a0a6cfc9c46f9206aa8")]
    public void A_file_of_PyTorch_is_named_as_one_with_the_way_to_convert_it(string start)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("x.pth"), [.. Convert.FromHexString(start), .. new byte[100]]);

        Assert.That(
            () => SafeTensors.Open(folder.File("x.pth")),
            Throws
                .InstanceOf<InvalidDataException>()
                .With.Message.Contains("x.pth is a file of PyTorch; name the one that this writes: python3 -c \"import")
                .And.Message.Contains("x.safetensors')\"")
        );
    }

    [Test]
    public void A_tensor_of_another_type_is_named_with_its_type()
    {
        using var folder = new TemporaryFolder();
        var header = """{"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}"""u8;
        File.WriteAllBytes(
            folder.File("x.safetensors"),
            [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 0, 0]
        );

        Assert.That(
            () => SafeTensors.Open(folder.File("x.safetensors")),
            Throws
                .InstanceOf<InvalidDataException>()
                .With.Message.Contains("tensor w is F16 and etrnlp reads F32 alone; write tensor.float()")
        );
    }
}
