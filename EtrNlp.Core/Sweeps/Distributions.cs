using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Core.Sweeps;

/// <summary>Draws a value of one key: the value, and what it is called in names and tables.</summary>
delegate (string Label, ConfigNode Node) Distribution(RandomStream stream);

/// <summary>What a random search can draw a value from.</summary>
static class Distributions
{
    const double Largest = 1e9;
    const double Smallest = 1e-30;
    const double FewestSteps = 1000;
    const string SignificantDigits = "E2"; // three, the first before the point

    static readonly Setting<Distribution?> Uniform = Between(
        "uniform",
        "every number as likely",
        Values.Number(-Largest, Largest),
        (low, high) =>
        {
            var format = FormattableString.Invariant($"F{Decimals(high - low)}");
            return stream => Rounded(low + (high - low) * stream.NextDouble(), format, low, high);
        }
    );

    static readonly Setting<Distribution?> LogUniform = Between(
        "log_uniform",
        "every order of magnitude as likely",
        Values.Number(Smallest, Largest),
        (low, high) => stream => Rounded(stream.LogUniform(low, high), SignificantDigits, low, high)
    );

    static readonly Setting<Distribution?> IntUniform = Between(
        "int_uniform",
        "every integer as likely, the ends too",
        Values.Integer((int)-Largest, (int)Largest),
        (low, high) => stream => Scalar(low + stream.NextInt(high - low + 1))
    );

    static readonly Setting<Distribution?> Choice = new(
        "choice",
        "[values...], every one as likely",
        Values.Optional(ChoiceType()),
        "null"
    );

    static readonly Setting<Distribution?>[] All = [Uniform, LogUniform, IntUniform, Choice];

    /// <summary>A mapping with one of their names: <c>{log_uniform: [1e-4, 1e-2]}</c>.</summary>
    internal static ValueType<Distribution> Type { get; } =
        Values
            .Record(All, values => All.Select(values.Get).OfType<Distribution>().ToArray())
            .Where(
                given => given.Length == 1,
                $"a mapping with exactly one of {string.Join(", ", All.Select(setting => setting.Name))}"
            )
            .Select(given => given[0]);

    static Setting<Distribution?> Between<T>(
        string name,
        string summary,
        ValueType<T> end,
        Func<T, T, Distribution> create
    )
        where T : IComparable<T> =>
        new(
            name,
            $"[low, high], {summary}",
            Values.Optional(
                Values
                    .List(end, min: 2)
                    .Where(ends => ends.Length == 2 && ends[0].CompareTo(ends[1]) < 0, "[low, high], low below high")
                    .Select(ends => create(ends[0], ends[1]))
            ),
            "null"
        );

    static ValueType<Distribution> ChoiceType()
    {
        const string Expected = "a list of at least 1, all different";
        return new(
            Expected,
            () => new JsonObject { ["type"] = "array", ["minItems"] = 1 },
            (node, key, reading) =>
                node is ListNode list && SweepAxis.IsListOfDifferent(list, int.MaxValue)
                    ? new Parsed<Distribution>(OneOf(list.Items), node)
                    : Values.Refuse<Distribution>(node, key, reading, Expected)
        );
    }

    static Distribution OneOf(ImmutableArray<ConfigNode> items)
    {
        var labels = SweepLabels.Of(items);
        return stream =>
        {
            var drawn = stream.NextInt(items.Length);
            return (labels[drawn], items[drawn]);
        };
    }

    // As few as leave a thousand values or more.
    static int Decimals(double width)
    {
        var decimals = 0;
        for (; width < FewestSteps; width *= 10)
        {
            decimals++;
        }

        return decimals;
    }

    // Values stand in names of folders and in identities: few digits, but never beyond an end.
    static (string, ConfigNode) Rounded(double value, string format, double low, double high) =>
        Scalar(
            Math.Clamp(
                double.Parse(value.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                low,
                high
            ) + 0.0 // no zero with a sign
        );

    static (string, ConfigNode) Scalar<T>(T number)
        where T : IFormattable
    {
        var node = new ScalarNode(number.ToString(null, CultureInfo.InvariantCulture), Place.Default);
        return (SweepLabels.Of([node])[0], node);
    }
}
