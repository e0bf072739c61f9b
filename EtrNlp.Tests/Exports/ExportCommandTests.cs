using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Exports;

/// <summary>A finished run, exported by the command.</summary>
public sealed class ExportCommandTests
{
    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Train(["training.epochs=1", "baseline=null"]);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    string Run => _tiny.Folder().Path;

    [Test]
    public async Task The_file_says_what_it_is_and_holds_the_weights_without_the_optimiser_s_moments()
    {
        var path = Path.Combine(_tiny.Runs, "said", "model.safetensors");
        var (code, output, error) = await Etrnlp.Run("export", Run, "-o", path, "--checkpoint", "last");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo($"{path}: epoch 1; etrnlp_model.py beside it loads it\n"));
        var (file, trained) = (SafeTensors.Open(path), PlainCheckpoint.Read(_tiny.Folder().LastCheckpoint));
        var (run, network) = (JsonNode.Parse(file.Metadata["run"])!, JsonNode.Parse(file.Metadata["network"])!);
        Assert.That(file.Metadata["experiment"], Does.Contain("name: rival"));
        Assert.That(run["epoch"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(run["seed"]!.GetValue<int>(), Is.Zero);
        Assert.That(run["identity"]!.GetValue<string>(), Has.Length.EqualTo(64));
        Assert.That(run["tasks"]![0]!.ToJsonString(), Is.EqualTo("""{"name":"ground","outputs":["grass","tiles"]}"""));
        Assert.That(network["images"]!["image_size"]!.ToJsonString(), Is.EqualTo("[32,32]"));
        Assert.That(
            file.Tensors.Keys,
            Is.EquivalentTo(trained.Tensors.Keys.Where(name => !name.StartsWith("moment/", StringComparison.Ordinal)))
        );
        Assert.That(File.Exists(Path.Combine(_tiny.Runs, "said", "etrnlp_model.py")));
    }

    [Test]
    public async Task A_run_starts_from_it()
    {
        var path = Path.Combine(_tiny.Runs, "start", "model.safetensors");
        var (code, _, error) = await Etrnlp.Run("export", Run, "-o", path);
        Assert.That(code, Is.Zero, error);
        var observer = new WatchingObserver();

        _tiny.Train(["name=next", $"init_from={path}", "training.epochs=1", "baseline=null"], observer: observer);

        Assert.That(observer.Messages.Single(), Does.Match(@"^init_from: (\d+) of \1 tensors are taken from "));
    }

    [Test]
    public async Task A_file_for_torchvision_says_what_images_it_is_for()
    {
        _tiny.Train(["name=whole", "backbone.width=1", "training.update=joint", "training.epochs=1"], file: _tiny.Base);
        var path = Path.Combine(_tiny.Runs, "torchvision.safetensors");

        var (code, _, error) = await Etrnlp.Run(
            ["export", _tiny.Folder("whole").Path, "-o", path, "--names", "torchvision"]
        );

        Assert.That((code, error), Is.EqualTo((0, "")));
        var file = SafeTensors.Open(path);
        Assert.That(file.Tensors["layer4.1.bn2.running_var"].Shape, Is.EqualTo(new long[] { 512 }));
        Assert.That(
            file.Metadata["images"],
            Is.EqualTo("""{"image_size":[32,32],"mean":[0,0,0],"std":[1,1,1]}""")
        );
    }

    [Test]
    public async Task What_cannot_be_exported_is_told_in_one_sentence()
    {
        var there = Path.Combine(_tiny.Runs, "there", "model.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(there)!);
        File.WriteAllText(there, "somebody's");
        var other = Path.Combine(_tiny.Runs, "other", "model.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(other)!, "etrnlp_model.py"), "somebody's");
        var taken = Path.Combine(_tiny.Runs, "taken", "model.safetensors");
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(taken)!, "etrnlp_model.py"));
        (string[] Options, string Said)[] mistakes =
        [
            (["-o", there], "exists; choose another file with -o, or remove it"),
            (["-o", other], "etrnlp_model.py is another file than would be written"),
            (["-o", Path.Combine(there, "below")], "cannot write "),
            (["-o", taken], "cannot write "),
            (["-o", Path.Combine(_tiny.Runs, "etrnlp_model.py")], "is the file that loads the network; choose"),
            (["-o", $"{there}.x", "--names", "torchvison"], "etrnlp, torchvision; did you mean 'torchvision'?"),
            (["-o", $"{there}.x", "--names", "torchvision"], "torchvision has no such layers; --names torchvision is"),
            (["-o", $"{there}.x", "--checkpoint", "first"], "expected best, last, previous or the path of one"),
            ([], "the file for the weights is missing; name it, such as -o model.safetensors"),
            ([Run, "-o", $"{there}.x"], "the weights of 2 runs do not go into one file; name one run, or add"),
            (["-o", $"{there}.x", "--tensorboard"], "--out: of weights, and --tensorboard writes curves"),
        ];
        foreach (var (options, said) in mistakes)
        {
            Told.IsTold(await Etrnlp.Run(["export", Run, .. options]), 2, said);
        }

        Assert.That(File.Exists($"{there}.x"), Is.False);
    }
}
