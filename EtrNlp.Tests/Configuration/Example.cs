using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

enum Update
{
    Joint,
    SteadyState,
}

sealed record Training(int Epochs, double Rate, Update Update);

sealed record ExampleFile(
    string Name,
    string Data,
    ImmutableArray<string> Columns,
    Training Training,
    decimal Gamma,
    bool Augment,
    double? Decay,
    string? Note
);

/// <summary>
/// A small experiment that uses every type of value, and what becomes of a text that claims to be one.
/// </summary>
static class Example
{
    public const string Yaml = """
        name: first
        data: {kind: folder, root: /images}
        columns: [smiling, young]
        training:
          epochs: 3
          rate: 1e-3
        gamma: 0.5
        """;

    static readonly Setting<string> _root = new("root", "Folder of the images.", PathValue.Type);
    static readonly Setting<int> _count = new("count", "Number of images.", Values.Integer(min: 1), "100");
    static readonly Setting<int> _size = new("size", "Side in pixels.", Values.Integer(8, 512), "64");

    public static Registry<string> Axis { get; } =
        new(
            "dataset",
            new Entry<string>("folder", "A folder.", "Sec. 4", [_root, _size], values => values.Get(_root)),
            new Entry<string>(
                "scenes",
                "Drawn images.",
                "Sec. 4",
                [_count, _size],
                values => $"{values.Get(_count)} scenes of {values.Get(_size)}"
            )
        );

    static readonly Setting<int> _epochs = new("epochs", "Passes over the data.", Values.Integer(min: 1));
    static readonly Setting<double> _rate = new("rate", "Learning rate.", Values.Number(0, 1), "1e-4");
    static readonly Setting<Update> _update = new("update", "Loop.", Values.Choice<Update>(), "joint");
    static readonly Setting<string> _name = new("name", "Name of the run.", Values.Name, Cosmetic: true);
    static readonly Setting<string> _data = new("data", "Dataset.", Values.OneOf(Axis));
    static readonly Setting<ImmutableArray<string>> _columns = new(
        "columns",
        "Columns.",
        Values.List(Values.Name, min: 1)
    );
    static readonly Setting<Training> _training = new(
        "training",
        "Training.",
        Values.Record([_epochs, _rate, _update], Train)
    );
    static readonly Setting<decimal> _gamma = new("gamma", "Sharing ratio.", Values.Decimal(0, 1), "1");
    static readonly Setting<bool> _augment = new("augment", "Mirror images.", Values.Flag, "false");
    static readonly Setting<double?> _decay = new(
        "decay",
        "Weight decay.",
        Values.OptionalNumber(Values.Number(min: 0)),
        "null"
    );
    static readonly Setting<string?> _note = new("note", "What for.", Values.Optional(Values.Text), "");

    public static IReadOnlyList<Setting> Settings { get; } =
    [_name, _data, _columns, _training, _gamma, _augment, _decay, _note];

    /// <summary>The file and what it resolves to; overrides as the command line gives them.</summary>
    public static (ExampleFile File, ConfigNode Resolved, IReadOnlyList<string> Notices) Read(
        string yaml,
        params string[] overrides
    ) => Read(Overrides.Apply(YamlReader.ReadText(yaml, "a.yaml"), overrides));

    /// <summary>Every complaint about a file, one per line.</summary>
    public static string[] Complaints(string yaml, params string[] overrides) =>
        [.. Assert.Throws<ConfigException>(() => Read(yaml, overrides))!.Errors.Select(error => error.ToString())];

    public static (ExampleFile File, ConfigNode Resolved, IReadOnlyList<string> Notices) Read(ConfigNode node)
    {
        var reading = new Reading();
        var read = Section.Read(node, "", Settings, reading);
        reading.ThrowIfWrong();
        var values = read!.Value;
        return (
            new ExampleFile(
                values.Get(_name),
                values.Get(_data),
                values.Get(_columns),
                values.Get(_training),
                values.Get(_gamma),
                values.Get(_augment),
                values.Get(_decay),
                values.Get(_note)
            ),
            read.Resolved,
            reading.Notices
        );
    }

    static Training Train(SettingValues values) =>
        values.Get(_epochs) == 13
            ? throw new InvalidSettingException("epochs", "13 is refused, to see where the complaint points")
            : new Training(values.Get(_epochs), values.Get(_rate), values.Get(_update));
}
