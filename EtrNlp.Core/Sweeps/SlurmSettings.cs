using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>What the runs of a sweep ask of a cluster with Slurm; what is null is left to its defaults.</summary>
/// <param name="Time">The limit of one start of a run, as <c>sbatch --time</c> takes it; null: the partition's.</param>
/// <param name="Partition">Where jobs queue.</param>
/// <param name="Account">Whom they are charged to.</param>
/// <param name="Gres">Generic resources of each run, such as <c>gpu:1</c>.</param>
/// <param name="Mem">Memory of each run.</param>
/// <param name="Cpus">Cores of each run, and its threads if nothing else says how many.</param>
/// <param name="ArrayLimit">Runs of one array at a time.</param>
/// <param name="CheckpointAhead">Minutes before the time limit at which a run saves itself and is queued again.</param>
/// <param name="MaxRequeues">How often a run may be queued again.</param>
/// <param name="Sbatch">Further arguments of <c>sbatch</c> for runs.</param>
/// <param name="EndSbatch">The same for the job that follows the runs.</param>
/// <param name="Setup">Lines of bash to run before each.</param>
public sealed record SlurmSettings(
    string? Time,
    string? Partition,
    string? Account,
    string? Gres,
    string? Mem,
    int Cpus,
    int? ArrayLimit,
    int CheckpointAhead,
    int MaxRequeues,
    string Sbatch,
    string EndSbatch,
    ImmutableArray<string> Setup
)
{
    /// <summary>The key of a sweep file that they stand under.</summary>
    public const string Name = "slurm";

    // Slurm may warn a minute early, and a run needs some time to begin.
    const int LeastMinutesOfWork = 2;

    /// <summary>A line as it stands: a <c>${VAR}</c> in it is the shell's.</summary>
    static readonly ValueType<string> Line = new(
        "a line of text",
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        (node, key, reading) =>
            node is ScalarNode { Text: { Length: > 0 } text } && !text.AsSpan().ContainsAny('\n', '\r')
                ? new Parsed<string>(text, node)
                : Values.Refuse<string>(node, key, reading, "a line of text")
    );

    // What a sweep needs for itself.
    static readonly string[] OfSweeps =
    [
        "-a",
        "--array",
        "-d",
        "--dependency",
        "--signal",
        "--wrap",
        "-M",
        "--clusters",
        "-W",
        "--wait",
    ];

    static ValueType<string> Arguments { get; } =
        Line.Where(
            text => !text.Split(' ').Any(word => OfSweeps.Contains(word.Split('=')[0])),
            $"arguments without {string.Join(", ", OfSweeps)}, which a sweep sets itself"
        );

    static readonly Setting<string?> TimeKey = new(
        "time",
        "limit of one start of a run: minutes, h:mm:ss or days-hours",
        Values.Optional(Line.Where(text => Minutes(text) is not null, "minutes, h:mm:ss or days-hours")),
        "null"
    );

    static readonly Setting<string?> PartitionKey = Optional("partition", "where jobs queue");
    static readonly Setting<string?> AccountKey = Optional("account", "whom jobs are charged to");
    static readonly Setting<string?> GresKey = Optional("gres", "generic resources of each run, such as gpu:1");
    static readonly Setting<string?> MemKey = Optional("mem", "memory of each run, such as 16G");
    static readonly Setting<int> CpusKey = new(
        "cpus",
        "cores of each run, and its threads",
        Values.Integer(min: 1, max: 1024),
        "1"
    );

    static readonly Setting<int?> ArrayLimitKey = new(
        "array_limit",
        "runs of one array at a time",
        Values.OptionalNumber(Values.Integer(min: 1)),
        "null"
    );

    // sbatch takes 65,535 seconds at most.
    static readonly Setting<int> CheckpointAheadKey = new(
        "checkpoint_ahead",
        "minutes before the time limit at which a run saves itself and is queued again",
        Values.Integer(min: 1, max: 1092),
        "3"
    );

    static readonly Setting<int> MaxRequeuesKey = new(
        "max_requeues",
        "how often a run may be queued again",
        Values.Integer(min: 0, max: 10_000),
        "20"
    );

    static readonly Setting<string?> SbatchKey = new(
        "sbatch",
        "further arguments of sbatch, as one text",
        Values.Optional(Arguments),
        "null"
    );

    static readonly Setting<string?> EndSbatchKey = new(
        "end_sbatch",
        "arguments of sbatch for the job that follows the runs, beside partition and account",
        Values.Optional(Arguments),
        "null"
    );

    static readonly Setting<ImmutableArray<string>> SetupKey = new(
        "setup",
        "lines of bash to run before each: modules, containers",
        Values.List(Line),
        "[]"
    );

    /// <summary>Those that a command line may set, too.</summary>
    public static IReadOnlyList<Setting> OfCommandLine { get; } =
        [TimeKey, PartitionKey, AccountKey, GresKey, MemKey, CpusKey, ArrayLimitKey, MaxRequeuesKey, SbatchKey];

    static readonly IReadOnlyList<Setting> Settings =
    [
        .. OfCommandLine,
        CheckpointAheadKey,
        EndSbatchKey,
        SetupKey,
    ];

    /// <summary>The block of a sweep file.</summary>
    internal static ValueType<SlurmSettings> Type { get; } = Values.Record(Settings, Create);

    /// <summary>The block of a sweep file with what the command line says instead.</summary>
    /// <param name="block">The block; null where there is none.</param>
    /// <param name="typed">Keys of the command line.</param>
    /// <exception cref="ConfigException">Every mistake, with its place.</exception>
    public static SlurmSettings Of(ConfigNode? block, IEnumerable<MapEntry> typed)
    {
        var reading = new Reading();
        var written = block as MapNode ?? new MapNode([], Place.Default);
        var read = Type.Read(typed.Aggregate(written, (map, entry) => map.With(entry)), Name, reading);
        reading.ThrowIfWrong();
        return read!.Value;
    }

    static SlurmSettings Create(SettingValues values)
    {
        var (time, ahead) = (values.Get(TimeKey), values.Get(CheckpointAheadKey));
        return time is not null && Minutes(time) < ahead + LeastMinutesOfWork
            ? throw new InvalidSettingException(
                TimeKey.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a run saves itself {ahead} minutes before the limit ({CheckpointAheadKey.Name}); "
                        + $"{time} leaves it less than {LeastMinutesOfWork} to work in, give it more"
                )
            )
            : new SlurmSettings(
                time,
                values.Get(PartitionKey),
                values.Get(AccountKey),
                values.Get(GresKey),
                values.Get(MemKey),
                values.Get(CpusKey),
                values.Get(ArrayLimitKey),
                ahead,
                values.Get(MaxRequeuesKey),
                values.Get(SbatchKey) ?? "",
                values.Get(EndSbatchKey) ?? "",
                values.Get(SetupKey)
            );
    }

    static Setting<string?> Optional(string name, string summary) =>
        new(name, summary, Values.Optional(Line), "null");

    /// <summary>A time limit in minutes; null where it is none that <c>sbatch</c> understands.</summary>
    internal static double? Minutes(string text)
    {
        var (days, rest) = text.Split('-') switch
        {
            [var all] => ("0", all),
            [var d, var r] => (d, r),
            _ => ("", ""),
        };
        var parts = rest.Split(':').Prepend(days).ToArray();
        if (parts.Any(part => part.Length == 0 || !part.All(char.IsAsciiDigit) || part.Length > 6))
        {
            return null;
        }

        var numbers = Array.ConvertAll(parts, part => double.Parse(part, CultureInfo.InvariantCulture));
        var hasDays = text.Contains('-', StringComparison.Ordinal);
        return numbers switch
        {
            [var d, var h] when hasDays => (((d * 24) + h) * 60),
            [var d, var h, var m] when hasDays => (((d * 24) + h) * 60) + m,
            [_, var m] => m,
            [_, var m, var s] => m + (s / 60),
            [var d, var h, var m, var s] => (((d * 24) + h) * 60) + m + (s / 60),
            _ => null,
        };
    }
}
