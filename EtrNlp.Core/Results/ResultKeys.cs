namespace EtrNlp.Core.Results;

/// <summary>The keys of <c>result.json</c>; README says what stands under them.</summary>
public static class ResultKeys
{
    internal const string Format = "format";
    internal const string Name = "name";
    internal const string Seed = "seed";
    internal const string Identity = "identity";
    internal const string Split = "split";
    internal const string Data = "data";
    internal const string ImageSize = "image_size";
    internal const string Precision = "precision";
    internal const string Augment = "augment";
    internal const string PosWeight = "pos_weight";
    internal const string Update = "update";
    internal const string Tasks = "tasks";
    internal const string BestConstant = "best_constant";
    internal const string Loss = "loss";
    internal const string Parts = "parts";
    internal const string Norm = "norm";
    internal const string Epochs = "epochs";
    internal const string Device = "device";
    internal const string Seconds = "seconds";
    internal const string ImagesPerSecond = "images_per_second";
    internal const string PeakMemory = "peak_memory_bytes";

    internal const string Checkpoint = "checkpoint";
    internal const string CheckpointKind = "kind";
    internal const string CheckpointEpoch = "epoch";
    internal const string CheckpointEvaluations = "evaluations";

    internal const string Compared = "compared";
    internal const string ComparedGroup = "group";
    internal const string ComparedMetric = "metric";
    internal const string ComparedHigherIsBetter = "higher_is_better";
    internal const string ComparedValue = "value";

    internal const string DeltaPBaseline = "baseline";
    internal const string LeftOutMetric = "metric";
    internal const string LeftOutReason = "reason";

    /// <summary>Means over the parts of all tasks.</summary>
    public const string Mean = "mean";

    /// <summary>#P: an object of <see cref="ActiveParameters"/> and <see cref="TotalParameters"/>.</summary>
    public const string Parameters = "parameters";

    /// <summary>Parameters that one task's forward pass reaches.</summary>
    public const string ActiveParameters = "active";

    /// <summary>Parameters of all tasks.</summary>
    public const string TotalParameters = "total";

    /// <summary>#F.</summary>
    public const string Macs = "macs";

    /// <summary>delta_p against the baseline: an object of the keys below.</summary>
    public const string DeltaP = "delta_p";

    /// <summary>delta_p as the mean over groups of metrics.</summary>
    public const string TaskMean = "task_mean";

    /// <summary>delta_p as the mean over all metrics.</summary>
    public const string MetricMean = "metric_mean";

    /// <summary>Metrics that delta_p does not count, and why.</summary>
    public const string LeftOut = "left_out";

    /// <summary>Which runs of the baseline were taken.</summary>
    public const string PairedWith = "paired_with";

    /// <summary>
    /// In what <c>compare</c> and <c>sweep</c> print: delta_p over the seeds that a run and its baseline have in
    /// common, an object of <see cref="PairedSeeds"/>, <see cref="TaskMean"/>, <see cref="MetricMean"/> and
    /// <see cref="PairedRemark"/>. The two means have <c>mean</c>, <c>std</c> (n - 1) and <c>n</c> of delta_p, and
    /// <see cref="Low"/>, <see cref="High"/> and <see cref="Wins"/>.
    /// </summary>
    public const string Paired = "paired";

    /// <summary>The seeds that both have.</summary>
    public const string PairedSeeds = "seeds";

    /// <summary>"too few seeds to tell" where there are fewer than 3, and so no interval; else null.</summary>
    public const string PairedRemark = "remark";

    /// <summary>Lower end of the 95 % interval of the mean by Student's t, n - 1 degrees of freedom.</summary>
    public const string Low = "low_95";

    /// <summary>Its upper end.</summary>
    public const string High = "high_95";

    /// <summary>The seeds at which delta_p is above 0.</summary>
    public const string Wins = "wins";

    /// <summary>What a run and its baseline do not have in common.</summary>
    public const string Remarks = "remarks";
}
