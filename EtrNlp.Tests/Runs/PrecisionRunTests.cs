using System.Text.Json.Nodes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

/// <summary>A run in bfloat16 is a run like any other; tf32 is one for GPUs.</summary>
[Category("Slow")]
public sealed class PrecisionRunTests
{
    static readonly string[] _bfloat16 = ["training.precision=bfloat16", "operation.kind=nlp"];

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Train(_bfloat16);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    [Test]
    public void Its_file_says_the_precision_and_its_checkpoint_has_other_bits_than_that_of_float32()
    {
        using var exact = new TinyExperiment();
        exact.Train(["operation.kind=nlp"]);

        Assert.That(File.ReadAllText(_tiny.Folder().ExperimentPath), Does.Contain("precision: bfloat16"));
        Assert.That(File.ReadAllText(exact.Folder().ExperimentPath), Does.Contain("precision: float32"));
        Assert.That(RunState.Of(_tiny.Folder()).Last, Is.Not.EqualTo(RunState.Of(exact.Folder()).Last));
        Assert.That(
            new FileInfo(_tiny.Folder().LastCheckpoint).Length,
            Is.EqualTo(new FileInfo(exact.Folder().LastCheckpoint).Length).Within(1).Percent,
            "all numbers are float32"
        );
    }

    [TestCase("steady_state", 1)]
    [TestCase("synchronized", 2)]
    public void The_same_file_gives_the_same_bits_interrupted_or_not(string update, int threads)
    {
        using TinyExperiment whole = new(),
            parts = new();
        string[] overrides = [.. _bfloat16, $"training.update={update}", $"threads={threads}"];
        whole.Train(overrides);
        using var request = new CancellationTokenSource();
        Assert.That(
            () =>
                parts.Train(
                    overrides,
                    observer: new WatchingObserver(batch => Cancel(batch, request)),
                    cancellation: request.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        parts.Train(overrides);

        RunState.Of(parts.Folder()).AssertEquals(RunState.Of(whole.Folder()));
    }

    [Test]
    public async Task It_is_evaluated_in_its_precision_to_the_bits_of_its_result()
    {
        var (code, output, error) = await Etrnlp.Run("eval", _tiny.Folder().Path, "--json", "--device", "cpu");

        Assert.That(code, Is.Zero, error);
        Assert.That(
            JsonNode.Parse(output)!["loss"]!.ToJsonString(),
            Is.EqualTo(JsonNode.Parse(File.ReadAllText(_tiny.Folder().ResultPath))!["loss"]!.ToJsonString())
        );
    }

    [TestCase("train", "rival.yaml")]
    [TestCase("train", "rival.yaml", "--dry-run")]
    [TestCase("bench", "rival.yaml")]
    [TestCase("sweep", "sweep.yaml")]
    public async Task Tf32_without_a_GPU_is_refused_before_anything_is_computed(
        string command,
        string file,
        params string[] more
    )
    {
        using var tiny = new TinyExperiment();
        tiny.Write("sweep.yaml", "name: swept\nbase: rival.yaml\ngrid: {training.precision: [float32, tf32]}\n");
        string[] set = command == "sweep" ? [] : ["--set", "training.precision=tf32"];
        var (code, output, error) = await Etrnlp.Run([
            command,
            Path.Combine(Path.GetDirectoryName(tiny.Rival)!, file),
            "--device",
            "cpu",
            "--runs",
            tiny.Runs,
            .. set,
            .. more,
        ]);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(
            error,
            Does.Contain(
                "training.precision: tf32 is a mode of NVIDIA GPUs and this run is to compute on the CPU; "
                    + "use float32 or bfloat16, or --device cuda"
            )
        );
        Assert.That(Directory.Exists(tiny.Runs), Is.False);
    }

    [Test]
    public void A_run_made_in_tf32_is_evaluated_without_a_GPU_too_and_that_is_said()
    {
        using var tiny = new TinyExperiment();
        tiny.Train();
        var (saved, said) = (SavedRun.Open(tiny.Folder().Path, null), new List<string>());
        var experiment = saved.File.Experiment;
        var rounded = saved with
        {
            File = saved.File with
            {
                Experiment = experiment with { Training = experiment.Training with { Precision = Precision.Tf32 } },
            },
        };

        var (expected, found) = (
            saved.Evaluate(null, "cpu", null, said.Add),
            rounded.Evaluate(null, "cpu", null, said.Add)
        );

        Assert.That(
            said,
            Is.EqualTo(new[] { "the run was trained in tf32, a mode of NVIDIA GPUs, and is evaluated in float32" })
        );
        Assert.That(found.Json["loss"]!.ToJsonString(), Is.EqualTo(expected.Json["loss"]!.ToJsonString()));
    }

    // The framework rounds the factors of a GPU's convolutions unless it is told not to.
    [Test]
    public void Rounding_on_GPUs_is_switched_off_where_it_is_not_asked_for()
    {
        torch.backends.cuda.matmul.allow_tf32 = true;
        torch.backends.cudnn.allow_tf32 = true;

        ComputeSettings.Apply(ExperimentFile.Load(_tiny.Rival, []).Experiment, torch.CPU);

        Assert.That(
            (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32),
            Is.EqualTo((false, false))
        );
    }

    [Test]
    public void A_precision_that_does_not_exist_is_refused_with_those_that_do() =>
        Assert.That(
            () => ExperimentFile.Load(_tiny.Rival, ["training.precision=bfloat"]),
            Throws
                .InstanceOf<ConfigException>()
                .With.Message.Contains("training.precision: expected one of float32, tf32, bfloat16, got 'bfloat'")
        );

    static void Cancel(TrainedBatch at, CancellationTokenSource request)
    {
        if (at is { Epoch: 1, Batch: 2 })
        {
            request.Cancel();
        }
    }
}
