using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Tests.Support;

/// <summary>Values for tests that need one and do not care which.</summary>
static class Some
{
    public static StepClock Clock { get; } = new(Seed: 1, Step: 0, StepsPerEpoch: 8);

    public static Adam Adam { get; } = new(0.01, 0.9, 0.999, 1e-8, 0, new ConstantSchedule());

    /// <summary>Three attribute tasks of two, one and three columns.</summary>
    public static ImmutableArray<LearningTask> Tasks { get; } =
    [
        .. new[] { 2, 1, 3 }.Select(
            (columns, t) =>
                new LearningTask($"t{t}", new Attributes([.. Enumerable.Range(0, columns).Select(c => $"t{t}_{c}")]))
        ),
    ];

    public static Experiment Experiment(IBackbone backbone, IOperation operation, IRouting routing) =>
        new(
            "some",
            [0],
            new NoImages(),
            Tasks,
            backbone,
            operation,
            routing,
            new Equal(),
            new TrainingConfig(null, Adam, 2, 1, InactiveGradients.Skip, 1, 0, Precision.Float32),
            null,
            null
        );

    /// <summary>
    /// For 32x32 images and <see cref="Tasks"/>; a ResNet18 of an eighth of its width where no backbone is named.
    /// </summary>
    public static Network Network(
        IOperation operation,
        IRouting routing,
        UpdateStrategy update,
        long seed,
        IBackbone? backbone = null
    )
    {
        var experiment = Experiment(backbone ?? new ResNet18(0.125, ShortcutNorm: true), operation, routing);
        return new Network(
            NetworkPlanner.Plan(
                experiment with
                {
                    Training = experiment.Training with { Update = update },
                },
                new ImageSize(32, 32)
            ),
            seed,
            TorchSharp.torch.CPU
        );
    }

    /// <summary>A team without threads of its own, which need not be disposed of.</summary>
    public static RouteThreads OneRouteAtATime(Network network) => new(network.Plan.Routes, RoutesAtOnce.One);

    sealed class NoImages : IDatasetSource
    {
        public ImageSize Size => new(32, 32);

        public PixelNormalization Normalization => PixelNormalization.None;

        public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public DatasetCounts Validate(DatasetRequest request) => new(4, 2, 2, IsPacked: false);

        public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
